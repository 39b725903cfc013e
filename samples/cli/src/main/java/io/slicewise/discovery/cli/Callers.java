package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An application's calls at a steady rate: each picks an endpoint and sends it an HTTP request. No
 * call is tried again, so that each one that finds nobody is an error.
 */
final class Callers implements AutoCloseable {

  /** How many threads call. */
  static final int CALLERS = 8;

  private static final int CALLS_PER_SECOND = 320;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ServiceWatch watch;
  private final Tally tally;
  private final ScheduledExecutorService threads;
  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .retryOnConnectionFailure(false)
          .callTimeout(TIMEOUT)
          // Shorter than any server's, so that it is we who close what is idle.
          .connectionPool(new ConnectionPool(CALLERS, 5, TimeUnit.SECONDS))
          .build();

  /**
   * Creates callers that wait for {@link #start}.
   *
   * @param threads shut down with the callers
   */
  Callers(ServiceWatch watch, Tally tally, ScheduledExecutorService threads) {
    this.watch = watch;
    this.tally = tally;
    this.threads = threads;
  }

  void start() {
    long period = TimeUnit.SECONDS.toNanos(1) * CALLERS / CALLS_PER_SECOND;
    for (int i = 0; i < CALLERS; i++) {
      long offset = period * i / CALLERS;
      threads.scheduleAtFixedRate(this::call, offset, period, TimeUnit.NANOSECONDS);
    }
  }

  private void call() {
    try (Lease lease = watch.acquire()) {
      Endpoint endpoint = lease.endpoint();
      tally.sent(endpoint);
      send(endpoint);
    } catch (NoEndpointException e) {
      tally.notSent(e.getMessage());
    }
  }

  private void send(Endpoint endpoint) {
    Request request = new Request.Builder().url("http://" + endpoint.authority() + "/").build();
    try (Response response = client.newCall(request).execute()) {
      String answered = response.header(Backend.POD_HEADER);
      if (!response.isSuccessful() || !String.valueOf(endpoint.pod()).equals(answered)) {
        tally.failed(endpoint + ": answered " + response.code() + " by " + answered);
      }
    } catch (IOException e) {
      tally.failed(endpoint + ": " + e);
    }
  }

  /** Ends: calls that are under way are waited for. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      boolean unused = threads.awaitTermination(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    client.connectionPool().evictAll();
  }
}
