package io.slicewise.discovery.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;
import io.slicewise.discovery.model.Endpoint;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of one call have in common: where they went, so that a retry or a hedge goes
 * elsewhere, and whether the caller has cancelled it. gRPC gives a load balancer nothing by which
 * to tell that two attempts are of one call, so that each call has to bring this along. Thread
 * safe.
 */
final class Attempts {

  private static final CallOptions.Key<@Nullable Attempts> KEY =
      CallOptions.Key.create("io.slicewise.attempts");

  /** Gives every call its own. */
  static final ClientInterceptor INTERCEPTOR =
      new ClientInterceptor() {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
          Attempts attempts = new Attempts();
          return new SimpleForwardingClientCall<>(
              next.newCall(method, options.withOption(KEY, attempts))) {
            @Override
            public void cancel(@Nullable String message, @Nullable Throwable cause) {
              attempts.cancelled = true;
              super.cancel(message, cause);
            }
          };
        }
      };

  /** Where an attempt went, and those before it. */
  private record Place(Endpoint endpoint, @Nullable Place before) {}

  private volatile boolean cancelled;
  private final AtomicReference<@Nullable Place> last = new AtomicReference<>();

  private Attempts() {}

  /** Returns those of a call, or null where the channel has no {@link #INTERCEPTOR}. */
  static @Nullable Attempts of(CallOptions options) {
    return options.getOption(KEY);
  }

  /** Whether the caller has cancelled the call. */
  boolean isCancelled() {
    return cancelled;
  }

  /** Whether nothing was attempted so far. */
  boolean isEmpty() {
    return last.get() == null;
  }

  /** Takes an endpoint for the next attempt; false if one of those before went there. */
  boolean take(Endpoint endpoint) {
    while (true) {
      Place before = last.get();
      for (Place place = before; place != null; place = place.before) {
        if (place.endpoint.equals(endpoint)) {
          return false;
        }
      }
      if (last.compareAndSet(before, new Place(endpoint, before))) {
        return true;
      }
    }
  }
}
