package io.slicewise.discovery.samples.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc.CheckoutStub;
import io.slicewise.discovery.samples.grpc.v1.PlaceOrderReply;
import io.slicewise.discovery.samples.grpc.v1.PlaceOrderRequest;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Orders at a steady rate, however long the answers take. */
final class Orders implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int MOST_UNDER_WAY = 10_000;

  private final CheckoutStub stub;
  private final Tally tally;
  private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean closed;

  Orders(CheckoutStub stub, Tally tally) {
    this.stub = stub;
    this.tally = tally;
  }

  /** Begins. */
  void start(int perSecond, ScheduledExecutorService timer) {
    long period = TimeUnit.SECONDS.toNanos(1) / perSecond;
    timer.scheduleAtFixedRate(this::place, 0, period, TimeUnit.NANOSECONDS);
  }

  private void place() {
    if (closed) {
      return;
    }
    if (!room.tryAcquire()) {
      tally.failed(
          Status.RESOURCE_EXHAUSTED.withDescription(MOST_UNDER_WAY + " calls are under way"));
      return;
    }
    String order = "order-" + numbers.incrementAndGet();
    stub.withDeadlineAfter(DEADLINE.toNanos(), TimeUnit.NANOSECONDS)
        .placeOrder(
            PlaceOrderRequest.newBuilder().setOrderId(order).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(PlaceOrderReply reply) {
                tally.answered(reply.getServedBy().getName(), reply.getServedBy().getZone());
              }

              @Override
              public void onError(Throwable failure) {
                tally.failed(Status.fromThrowable(failure));
                room.release();
              }

              @Override
              public void onCompleted() {
                room.release();
              }
            });
  }

  /** Ends: calls that are under way are waited for; they all have a deadline. */
  @Override
  public void close() {
    closed = true;
    try {
      boolean unused =
          room.tryAcquire(MOST_UNDER_WAY, 2 * DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
