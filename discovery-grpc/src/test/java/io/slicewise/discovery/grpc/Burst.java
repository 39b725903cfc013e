package io.slicewise.discovery.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many calls as fast as they are answered, some at a time on the threads of the channel, and how
 * many each server has answered. The first one that fails fails the burst.
 */
final class Burst extends CompletableFuture<Map<String, Integer>> {

  private final Channel channel;
  private final AtomicInteger toStart;
  private final AtomicInteger toEnd;
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();

  private Burst(Channel channel, int calls) {
    this.channel = channel;
    this.toStart = new AtomicInteger(calls);
    this.toEnd = new AtomicInteger(calls);
  }

  static Burst start(Channel channel, int calls, int atATime) {
    Burst burst = new Burst(channel, calls);
    for (int i = 0; i < atATime; i++) {
      burst.next();
    }
    return burst;
  }

  private void next() {
    if (isDone() || toStart.getAndDecrement() <= 0) {
      return;
    }
    ClientCalls.asyncUnaryCall(
        channel.newCall(Echo.CALL, CallOptions.DEFAULT.withWaitForReady()),
        "hello",
        new StreamObserver<>() {
          @Override
          public void onNext(String answer) {
            answers.computeIfAbsent(answer, each -> new AtomicInteger()).incrementAndGet();
          }

          @Override
          public void onError(Throwable failure) {
            completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {
            if (toEnd.decrementAndGet() == 0) {
              complete(counts());
            } else {
              next();
            }
          }
        });
  }

  private Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    answers.forEach((server, count) -> counts.put(server, count.get()));
    return counts;
  }
}
