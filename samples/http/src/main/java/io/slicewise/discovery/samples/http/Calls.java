package io.slicewise.discovery.samples.http;

import java.io.IOException;

/** Calls of one Service by one HTTP client. Thread safe. */
interface Calls extends AutoCloseable {

  /**
   * Gets a path of the Service and waits for the answer.
   *
   * @throws IOException if there is no answer
   * @throws io.slicewise.discovery.balance.NoEndpointException if there is no pod to call
   */
  Answer get(String path) throws IOException, InterruptedException;

  /** Lets the Service and all connections go. */
  @Override
  void close();
}
