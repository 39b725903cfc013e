package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls for which there is no endpoint yet: those that wait, and those that run out of time. */
@Timeout(60)
class WaitingTest {

  private static final CallOptions WAITING = CallOptions.DEFAULT.withWaitForReady();

  /** Has calls wait that do not end before there is an endpoint. */
  private static List<Future<String>> waiting(ManagedChannel channel, int calls) {
    List<Future<String>> waiting = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      waiting.add(ClientCalls.futureUnaryCall(channel.newCall(Echo.CALL, WAITING), "hello"));
    }
    return waiting;
  }

  private static void allEndWell(List<Future<String>> calls) throws Exception {
    for (Future<String> call : calls) {
      assertThat(call.get(30, TimeUnit.SECONDS)).startsWith("127.");
    }
  }

  private static void runsOutOfTime(ManagedChannel channel, CallOptions options) {
    Deadline deadline = Deadline.after(300, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> Echo.call(channel, options.withDeadline(deadline)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure ->
                assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    assertThat(deadline.isExpired()).isTrue();
  }

  @Test
  void aDeadlineHoldsWhileTheApiServerIsAway() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 1, "a");
      cluster.api.kill();
      ManagedChannel channel = cluster.channel();

      runsOutOfTime(channel, CallOptions.DEFAULT);
      runsOutOfTime(channel, WAITING);
    }
  }

  @Test
  void aDeadlineHoldsWhileThereIsNoSuchService() {
    try (Cluster cluster = new Cluster()) {
      ManagedChannel channel = cluster.channel();

      runsOutOfTime(channel, WAITING);
    }
  }

  @Test
  void aDeadlineHoldsWhileNoEndpointCanBeReached() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 2, "a");
      cluster.servers.kill("127.1.0.2");
      cluster.servers.kill("127.1.0.3");
      ManagedChannel channel = cluster.channel();

      runsOutOfTime(channel, WAITING);
    }
  }

  @Test
  void waitingCallsAreServedWhenTheServiceReturnsFromZero() throws Exception {
    try (Cluster cluster = new Cluster()) {
      cluster.pod("127.1.0.1", "a");
      ManagedChannel channel = cluster.channel();
      assertThat(Echo.call(channel)).isEqualTo("127.1.0.1");
      cluster.pod("127.1.0.1").remove();
      await()
          .untilAsserted(
              () -> assertThatThrownBy(() -> Echo.call(channel)).hasMessageContaining("no pod"));

      List<Future<String>> calls = waiting(channel, 100);
      assertThat(calls).noneMatch(Future::isDone);
      cluster.pod("127.1.0.2", "a");

      allEndWell(calls);
    }
  }

  @Test
  void waitingCallsAreServedWhenTheApiServerComesBack() throws Exception {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 2, "a");
      cluster.api.kill();
      ManagedChannel channel = cluster.channel();

      List<Future<String>> calls = waiting(channel, 100);
      runsOutOfTime(channel, CallOptions.DEFAULT);
      assertThat(calls).noneMatch(Future::isDone);
      cluster.api.restart();

      allEndWell(calls);
    }
  }

  @Test
  void waitingCallsAreServedWhenTheServiceIsCreatedLate() throws Exception {
    try (Cluster cluster = new Cluster()) {
      ManagedChannel channel = cluster.channel();
      List<Future<String>> calls = waiting(channel, 100);
      assertThatThrownBy(() -> Echo.call(channel)).hasMessageContaining("no EndpointSlice");

      assertThat(calls).noneMatch(Future::isDone);
      cluster.pods(1, 2, "a");

      allEndWell(calls);
    }
  }

  @Test
  void callsThatDoNotWaitQueueWhileTheFirstListIsUnderWay() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(1, 2, "a");
      ManagedChannel channel = cluster.channel();
      List<CompletableFuture<String>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(CompletableFuture.supplyAsync(() -> Echo.call(channel)));
      }
      assertThat(calls).allMatch(call -> call.join().startsWith("127.1."));
    }
  }
}
