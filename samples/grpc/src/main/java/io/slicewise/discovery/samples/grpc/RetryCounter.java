package io.slicewise.discovery.samples.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Tells a tally how often gRPC sends a call once more. */
final class RetryCounter implements ClientInterceptor {

  private final ClientStreamTracer.Factory attempts;

  RetryCounter(Tally tally) {
    attempts =
        new ClientStreamTracer.Factory() {
          @Override
          public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
            if (info.getPreviousAttempts() > 0 || info.isTransparentRetry()) {
              tally.retried();
            }
            return new ClientStreamTracer() {};
          }
        };
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return next.newCall(method, options.withStreamTracerFactory(attempts));
  }
}
