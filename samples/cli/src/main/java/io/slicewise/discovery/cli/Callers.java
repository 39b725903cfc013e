package io.slicewise.discovery.cli;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An application's calls at a steady rate, the same from each of its instances: each picks an
 * endpoint and sends it an HTTP request. No call is tried again, so that each one that finds nobody
 * is an error.
 */
final class Callers implements AutoCloseable {

  /** How many threads call. */
  static final int THREADS = 8;

  private static final int CALLS_PER_SECOND = 320;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final List<Caller> callers;
  private final Tally tally;
  private final ScheduledExecutorService threads;
  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .retryOnConnectionFailure(false)
          .callTimeout(TIMEOUT)
          // Shorter than any server's, so that it is we who close what is idle.
          .connectionPool(new ConnectionPool(THREADS, 5, TimeUnit.SECONDS))
          .build();

  /**
   * Creates calls that wait for {@link #start}.
   *
   * @param callers the instances; a divisor of {@link #THREADS} of them
   * @param threads shut down with the calls
   */
  Callers(List<Caller> callers, Tally tally, ScheduledExecutorService threads) {
    this.callers = List.copyOf(callers);
    this.tally = tally;
    this.threads = threads;
  }

  void start() {
    long period = TimeUnit.SECONDS.toNanos(1) * THREADS / CALLS_PER_SECOND;
    for (int i = 0; i < THREADS; i++) {
      Caller caller = callers.get(i % callers.size());
      long offset = period * i / THREADS;
      threads.scheduleAtFixedRate(() -> call(caller), offset, period, TimeUnit.NANOSECONDS);
    }
  }

  private void call(Caller caller) {
    Crossing expected = caller.crossing();
    try (Lease lease = caller.watch().acquire()) {
      Endpoint endpoint = lease.endpoint();
      tally.sent(caller.zone(), endpoint, expected);
      lease.end(send(endpoint) ? Outcome.SUCCESS : Outcome.FAILURE);
    } catch (NoEndpointException e) {
      tally.notSent(e.getMessage());
    }
  }

  /** Returns whether the pod that was meant has answered. */
  private boolean send(Endpoint endpoint) {
    Request request = new Request.Builder().url("http://" + endpoint.authority() + "/").build();
    try (Response response = client.newCall(request).execute()) {
      String answered = response.header(Backend.POD_HEADER);
      if (response.isSuccessful() && String.valueOf(endpoint.pod()).equals(answered)) {
        return true;
      }
      tally.failed(endpoint + ": answered " + response.code() + " by " + answered);
    } catch (IOException e) {
      tally.failed(endpoint + ": " + e);
    }
    return false;
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
