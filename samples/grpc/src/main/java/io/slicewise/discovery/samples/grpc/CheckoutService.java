package io.slicewise.discovery.samples.grpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc;
import io.slicewise.discovery.samples.grpc.v1.PlaceOrderReply;
import io.slicewise.discovery.samples.grpc.v1.PlaceOrderRequest;
import io.slicewise.discovery.samples.grpc.v1.Pod;
import io.slicewise.discovery.samples.grpc.v1.TrackOrderReply;
import io.slicewise.discovery.samples.grpc.v1.TrackOrderRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes orders, and tells of each step until it is drained. Thread safe. */
final class CheckoutService extends CheckoutGrpc.CheckoutImplBase {

  /** What taking an order takes, so that there are always calls under way that could be lost. */
  private static final Duration WORK = Duration.ofMillis(20);

  private static final Duration BETWEEN_STEPS = Duration.ofMillis(100);

  private final Pod self;
  private final ScheduledExecutorService timer;
  private final Set<Track> tracks = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /**
   * Creates the service of one pod.
   *
   * @param self what every answer is signed with
   * @param timer paces answers and steps; not shut down here
   */
  CheckoutService(Pod self, ScheduledExecutorService timer) {
    this.self = self;
    this.timer = timer;
  }

  @Override
  public void placeOrder(PlaceOrderRequest request, StreamObserver<PlaceOrderReply> reply) {
    if (request.getOrderId().isBlank()) {
      reply.onError(
          Status.INVALID_ARGUMENT
              .withDescription("order_id: \"\" (expected: not blank)")
              .asRuntimeException());
      return;
    }
    // Without a handler an answer to a call that was cancelled meanwhile would throw.
    ((ServerCallStreamObserver<PlaceOrderReply>) reply).setOnCancelHandler(() -> {});
    PlaceOrderReply placed =
        PlaceOrderReply.newBuilder().setOrderId(request.getOrderId()).setServedBy(self).build();
    timer.schedule(
        () -> {
          reply.onNext(placed);
          reply.onCompleted();
        },
        WORK.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  @Override
  public void trackOrder(TrackOrderRequest request, StreamObserver<TrackOrderReply> replies) {
    Track track = new Track((ServerCallStreamObserver<TrackOrderReply>) replies, request);
    tracks.add(track);
    track.begin();
    if (draining) { // looked at after it was added, so that drain() misses none
      track.complete();
    }
  }

  /** Ends the streams in good order: nobody waits for an order in a pod that is leaving. */
  void drain() {
    draining = true;
    tracks.forEach(Track::complete);
  }

  /** One order that is followed. */
  private final class Track {

    private final ServerCallStreamObserver<TrackOrderReply> replies; // guarded by this, as is all
    private long step;
    private boolean ended;
    private @Nullable Future<?> steps;

    Track(ServerCallStreamObserver<TrackOrderReply> replies, TrackOrderRequest request) {
      this.replies = replies;
      this.step = request.getAfterStep();
      replies.setOnCancelHandler(this::end);
    }

    synchronized void begin() {
      steps =
          timer.scheduleAtFixedRate(this::next, 0, BETWEEN_STEPS.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void next() {
      if (!ended && replies.isReady()) {
        replies.onNext(TrackOrderReply.newBuilder().setStep(++step).setServedBy(self).build());
      }
    }

    synchronized void complete() {
      if (!ended) {
        end();
        replies.onCompleted();
      }
    }

    private synchronized void end() {
      ended = true;
      tracks.remove(this);
      if (steps != null) {
        steps.cancel(false);
      }
    }
  }
}
