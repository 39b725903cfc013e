package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one call has been through and when: whether it waited for a connection, where it went, and
 * whether gRPC gave it another try. Thread safe.
 */
final class Journey extends ClientStreamTracer.Factory {

  private record Step(String what, long nanos) {}

  private final long begin = System.nanoTime();
  private final List<Step> steps = new ArrayList<>(); // guarded by this
  private String server = ""; // guarded by this
  private boolean waited; // guarded by this
  private long begunAfter; // guarded by this
  private long pickedAfter; // guarded by this

  CallOptions trace(CallOptions options) {
    return options.withStreamTracerFactory(this);
  }

  synchronized void note(String what) {
    steps.add(new Step(what, System.nanoTime() - begin));
  }

  /** The address that the call has gone to last, or an empty one. */
  synchronized String server() {
    return server;
  }

  /** How long it took to find a connection, the last time that it needed one. */
  synchronized long pickedAfter() {
    return pickedAfter;
  }

  /** How much of that was the way through the channel, from the attempt's begin to its stream. */
  synchronized long choice() {
    return Math.max(0, pickedAfter - begunAfter);
  }

  private synchronized void begun() {
    begunAfter = nanos();
  }

  private synchronized void arrived(@Nullable SocketAddress address) {
    pickedAfter = nanos();
    server = address instanceof InetSocketAddress inet ? inet.getHostString() : "";
  }

  /** Whether it found no connection to go to at once. */
  synchronized boolean hasWaited() {
    return waited;
  }

  private synchronized void waits() {
    waited = true;
    note("waits for a connection");
  }

  long begin() {
    return begin;
  }

  /** How long it has taken so far. */
  long nanos() {
    return System.nanoTime() - begin;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    begun();
    note(info.isTransparentRetry() ? "tried again" : "begun");
    return new ClientStreamTracer() {
      @Override
      public void createPendingStream() {
        waits();
      }

      @Override
      public void streamCreated(Attributes transport, Metadata sent) {
        arrived(transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        note("picked " + server());
      }

      @Override
      public void outboundHeaders() {
        note("sent");
      }

      @Override
      public void inboundHeaders(Metadata received) {
        note("answered");
      }

      @Override
      public void streamClosed(Status status) {
        note("closed " + status.getCode());
      }
    };
  }

  @Override
  public synchronized String toString() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      text.append(text.length() == 0 ? "" : ", ")
          .append(step.what)
          .append(" +")
          .append(TimeUnit.NANOSECONDS.toMicros(step.nanos) / 1000.0)
          .append(" ms");
    }
    return text.toString();
  }
}
