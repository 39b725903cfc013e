package io.slicewise.discovery.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** A client that follows the EndpointSlices of one Service. */
interface Follower extends AutoCloseable {

  /** The clients, by the names that {@link #start} knows. */
  List<String> CLIENTS = List.of("slicewise", "client-java", "fabric8");

  /** Returns the address of an endpoint that calls may go to. */
  String pick();

  /** Returns the addresses of all of them. */
  List<String> addresses();

  /** How often the application was called back. */
  long callbacks();

  @Override
  void close();

  /**
   * Starts a client and waits until it knows the Service.
   *
   * @param onChange what it calls back, besides counting
   */
  static Follower start(String client, Path kubeconfig, Runnable onChange) throws Exception {
    return switch (client) {
      case "slicewise" -> new SlicewiseFollower(kubeconfig, onChange);
      case "client-java" -> new ClientJavaFollower(kubeconfig, onChange);
      case "fabric8" -> new Fabric8Follower(kubeconfig, onChange);
      default ->
          throw new IllegalArgumentException(
              "client: " + client + " (expected: one of " + CLIENTS + ")");
    };
  }
}
