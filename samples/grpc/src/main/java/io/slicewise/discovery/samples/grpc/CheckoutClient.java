package io.slicewise.discovery.samples.grpc;

import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc.CheckoutStub;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** An application that places orders at a steady rate and follows one, over one channel. */
final class CheckoutClient implements AutoCloseable {

  private static final int SECONDS_TO_END = 5;

  private final ManagedChannel channel;
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(2, new DaemonThreads("client"));
  private final Orders orders;
  private final Tracking tracking;

  /**
   * Creates a client that waits for {@link #start}.
   *
   * @param channel shut down with the client
   */
  CheckoutClient(ManagedChannel channel, Tally tally) {
    this.channel = channel;
    CheckoutStub stub =
        CheckoutGrpc.newStub(ClientInterceptors.intercept(channel, new RetryCounter(tally)));
    orders = new Orders(stub, tally);
    tracking = new Tracking(stub, timer, tally);
  }

  void start(int ordersPerSecond) {
    orders.start(ordersPerSecond, timer);
    tracking.start();
  }

  /** Waits for the first answer of the stream, and returns whether it has come in time. */
  boolean awaitAnswer(Duration time) throws InterruptedException {
    return tracking.awaitFirst(time);
  }

  /** The pod that the stream comes from. */
  String trackedBy() {
    return tracking.pod();
  }

  /** Ends: orders under way are waited for, the stream is cancelled. */
  @Override
  public void close() {
    orders.close();
    tracking.close();
    channel.shutdownNow();
    timer.shutdownNow();
    try {
      boolean unused = channel.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
