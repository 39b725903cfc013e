package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.slicewise.discovery.balance.CallListener;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointLoad;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * The calls to one endpoint by one connection: what picks return, and what counts the calls. Thread
 * safe.
 */
final class EndpointCalls extends ClientStreamTracer.Factory {

  private final Endpoint endpoint;
  private final EndpointLoad load;
  private final CallListener toTell;
  private final boolean failOnDeadline;
  private final PickResult result;

  EndpointCalls(
      Subchannel subchannel, Endpoint endpoint, CallListener toTell, boolean failOnDeadline) {
    this.endpoint = endpoint;
    this.load = endpoint.load();
    this.toTell = toTell;
    this.failOnDeadline = failOnDeadline;
    this.result = PickResult.withSubchannel(subchannel, this);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** What a pick returns; the same object every time. */
  PickResult result() {
    return result;
  }

  /** Returns whose {@link #result} it is. */
  static EndpointCalls of(PickResult result) {
    return (EndpointCalls) Objects.requireNonNull(result.getStreamTracerFactory());
  }

  /** What counts the calls, these and others to the same endpoint. */
  EndpointLoad load() {
    return load;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new Call(this, info.getCallOptions());
  }

  /**
   * One attempt of a call: counted from the moment that it has a stream until the stream ends. gRPC
   * may make a stream for a call that has ended while it waited for a connection, and then says
   * nothing more of that stream: it must not stay counted.
   */
  private static final class Call extends ClientStreamTracer {
    private static final int NEW = 0;
    private static final int ENDED = -1;
    private static final AtomicIntegerFieldUpdater<Call> STATE =
        AtomicIntegerFieldUpdater.newUpdater(Call.class, "state");

    private final EndpointCalls calls;
    private final CallOptions options;

    /**
     * NEW, ENDED, or 1 + the age that the call started in. Not written here: a volatile write in
     * the constructor of every call would hold up whatever follows it.
     */
    @SuppressWarnings("UnusedVariable") // read and written through STATE
    private volatile int state;

    Call(EndpointCalls calls, CallOptions options) {
      this.calls = calls;
      this.options = options;
    }

    @Override
    public void streamCreated(Attributes transport, Metadata headers) {
      int age = calls.load.start();
      if (!STATE.compareAndSet(this, NEW, age + 1)) {
        calls.load.finish(age); // it ended first
      } else if (isOver()) {
        end(Outcome.UNKNOWN);
      }
    }

    /** Whether the call has ended, whatever becomes of the stream. */
    private boolean isOver() {
      Attempts attempts = Attempts.of(options);
      return isOutOfTime()
          || attempts != null && attempts.isCancelled()
          || Context.current().isCancelled();
    }

    @Override
    public void streamClosed(Status status) {
      end(outcome(status));
    }

    private Outcome outcome(Status status) {
      return switch (status.getCode()) {
        case UNAVAILABLE, INTERNAL -> Outcome.FAILURE;
        case DEADLINE_EXCEEDED -> calls.failOnDeadline ? Outcome.FAILURE : Outcome.UNKNOWN;
        // Where gRPC may retry, it cancels an attempt without an answer, whatever ends the call.
        case CANCELLED -> calls.failOnDeadline && isOutOfTime() ? Outcome.FAILURE : Outcome.UNKNOWN;
        default -> Outcome.SUCCESS;
      };
    }

    private boolean isOutOfTime() {
      Deadline deadline = options.getDeadline();
      return deadline != null && deadline.isExpired();
    }

    private void end(Outcome outcome) {
      int before = STATE.getAndSet(this, ENDED);
      if (before == ENDED) {
        return;
      }
      boolean started = before != NEW;
      if (started) {
        calls.load.finish(before - 1);
      }
      calls.toTell.onEnd(calls.endpoint, started ? outcome : Outcome.UNKNOWN);
    }
  }
}
