package io.slicewise.discovery.grpc;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A service that says who answers; texts on the wire, so that nothing is generated. */
final class Echo {

  static final String SERVICE = "slicewise.test.Echo";

  private static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
          return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  static final MethodDescriptor<String, String> CALL = method("Call", MethodType.UNARY);
  static final MethodDescriptor<String, String> TALK = method("Talk", MethodType.BIDI_STREAMING);

  private Echo() {}

  private static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(TEXT)
        .setResponseMarshaller(TEXT)
        .build();
  }

  /** A server's side: each message is answered by what {@code answer} makes of it. */
  static BindableService service(UnaryOperator<String> answer) {
    return () ->
        ServerServiceDefinition.builder(SERVICE)
            .addMethod(
                CALL,
                ServerCalls.asyncUnaryCall(
                    (request, observer) -> {
                      String text;
                      try {
                        text = answer.apply(request);
                      } catch (RuntimeException e) {
                        observer.onError(e);
                        return;
                      }
                      observer.onNext(text);
                      observer.onCompleted();
                    }))
            .addMethod(
                TALK,
                ServerCalls.asyncBidiStreamingCall(
                    observer ->
                        new StreamObserver<String>() {
                          @Override
                          public void onNext(String value) {
                            observer.onNext(answer.apply(value));
                          }

                          @Override
                          public void onError(Throwable failure) {
                            observer.onError(failure);
                          }

                          @Override
                          public void onCompleted() {
                            observer.onCompleted();
                          }
                        }))
            .build();
  }

  /** A server's side that answers calls when and how it likes, and knows no streams. */
  static BindableService calls(BiConsumer<String, StreamObserver<String>> answer) {
    return () ->
        ServerServiceDefinition.builder(SERVICE)
            .addMethod(CALL, ServerCalls.asyncUnaryCall(answer::accept))
            .build();
  }

  static String call(Channel channel) {
    return call(channel, CallOptions.DEFAULT);
  }

  static String call(Channel channel, CallOptions options) {
    return call(channel, options, "hello");
  }

  static String call(Channel channel, CallOptions options, String text) {
    return ClientCalls.blockingUnaryCall(channel, CALL, options, text);
  }

  static StreamObserver<String> talk(Channel channel, StreamObserver<String> answers) {
    return talk(channel, CallOptions.DEFAULT, answers);
  }

  static StreamObserver<String> talk(
      Channel channel, CallOptions options, StreamObserver<String> answers) {
    ClientCall<String, String> call = channel.newCall(TALK, options);
    return ClientCalls.asyncBidiStreamingCall(call, answers);
  }
}
