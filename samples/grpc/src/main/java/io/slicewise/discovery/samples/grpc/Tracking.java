package io.slicewise.discovery.samples.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc.CheckoutStub;
import io.slicewise.discovery.samples.grpc.v1.TrackOrderReply;
import io.slicewise.discovery.samples.grpc.v1.TrackOrderRequest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One order that is followed all the while. When the stream ends, because its pod drains or is
 * gone, it is opened again where gRPC picks another pod, after the step that was seen last.
 *
 * <p>Its state is confined to the stream's callbacks; a stream begins after the one before ended.
 */
final class Tracking implements AutoCloseable {

  private static final Duration BEFORE_REOPENING = Duration.ofMillis(50);

  private final CheckoutStub stub;
  private final ScheduledExecutorService timer;
  private final Tally tally;
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile boolean closed;
  private volatile String pod = "";
  private volatile long lastStep;

  Tracking(CheckoutStub stub, ScheduledExecutorService timer, Tally tally) {
    this.stub = stub;
    this.timer = timer;
    this.tally = tally;
  }

  /** The pod that told the last step; empty before the first. */
  String pod() {
    return pod;
  }

  /** Waits for the first step, and returns whether it has come in time. */
  boolean awaitFirst(Duration time) throws InterruptedException {
    return first.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Opens the stream. */
  void start() {
    stub.trackOrder(
        TrackOrderRequest.newBuilder().setOrderId("order-0").setAfterStep(lastStep).build(),
        new StreamObserver<>() {
          @Override
          public void onNext(TrackOrderReply reply) {
            hear(reply);
          }

          @Override
          public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            if (!closed && !CheckoutChannel.isGone(status)) {
              tally.error("stream", status);
            }
            reopen();
          }

          @Override
          public void onCompleted() {
            reopen();
          }
        });
  }

  private void hear(TrackOrderReply reply) {
    if (reply.getStep() != lastStep + 1) {
      tally.error(
          "stream",
          Status.DATA_LOSS.withDescription(
              "step " + reply.getStep() + " (expected: " + (lastStep + 1) + ")"));
    }
    lastStep = reply.getStep();
    tally.stepped();
    String told = reply.getServedBy().getName();
    if (!pod.isEmpty() && !pod.equals(told)) {
      tally.moved();
    }
    pod = told;
    first.countDown();
  }

  private void reopen() {
    if (closed) {
      return;
    }
    try {
      timer.schedule(this::start, BEFORE_REOPENING.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      closed = true; // the client has ended meanwhile
    }
  }

  /** Opens no more streams. The one that is open ends with its channel. */
  @Override
  public void close() {
    closed = true;
  }
}
