package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However calls end, nothing stays counted as in flight. */
@Timeout(90)
class InFlightTest {

  private static final int THREADS = 8;

  /** Every version of every endpoint that was ever listed: all of them have to be at zero. */
  private static Set<Endpoint> endpoints(ServiceWatch watch) {
    Set<Endpoint> seen =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    watch.subscribe(view -> seen.addAll(view.endpoints()));
    return seen;
  }

  private static int inFlight(Set<Endpoint> endpoints) {
    synchronized (endpoints) {
      return endpoints.stream().mapToInt(Endpoint::inFlight).sum();
    }
  }

  private static void awaitNothingInFlight(Set<Endpoint> endpoints) {
    await()
        .untilAsserted(
            () -> {
              synchronized (endpoints) {
                assertThat(endpoints).isNotEmpty().allMatch(endpoint -> endpoint.inFlight() == 0);
              }
            });
  }

  /** A call that its caller can cancel. */
  private static final class Held {
    private final ClientCall<String, String> call;
    private final CompletableFuture<Status> ended = new CompletableFuture<>();

    Held(ManagedChannel channel, CallOptions options, String text) {
      call = channel.newCall(Echo.CALL, options);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              ended.complete(status);
            }
          },
          new Metadata());
      call.request(2);
      call.sendMessage(text);
      call.halfClose();
    }

    void cancel() {
      call.cancel("not wanted any more", null);
    }
  }

  /** A server that does as it is told, and holds calls until they are cancelled or let go. */
  private static final class Obedient {
    private final Set<StreamObserver<String>> held = ConcurrentHashMap.newKeySet();

    void pod(Cluster cluster, String address) {
      serve(cluster, address);
      cluster.service().addPod("pod-" + address.replace('.', '-'), address, "a");
    }

    void serve(Cluster cluster, String address) {
      cluster.servers.serve(
          address, InsecureServerCredentials.create(), Echo.calls((text, to) -> take(text, to)));
    }

    private void take(String text, StreamObserver<String> to) {
      switch (text) {
        case "fail" -> to.onError(Status.UNAVAILABLE.asRuntimeException());
        case "refuse" -> to.onError(Status.NOT_FOUND.asRuntimeException());
        case "hold" -> {
          ((ServerCallStreamObserver<String>) to).setOnCancelHandler(() -> held.remove(to));
          held.add(to);
        }
        default -> {
          to.onNext(text);
          to.onCompleted();
        }
      }
    }

    void letGo() {
      for (StreamObserver<String> each : held) {
        if (held.remove(each)) {
          try {
            each.onNext("at last");
            each.onCompleted();
          } catch (RuntimeException e) {
            // It was cancelled meanwhile.
          }
        }
      }
    }
  }

  private static Map<String, Object> config(Map<String, Object> how) {
    Map<String, Object> config =
        new HashMap<>(SlicewiseGrpc.serviceConfig(ZoneAwareConfig.DEFAULTS));
    Map<String, Object> method = new HashMap<>(how);
    method.put("name", List.of(Map.of("service", Echo.SERVICE)));
    config.put("methodConfig", List.of(method));
    return config;
  }

  private static final Map<String, Object> RETRIES =
      Map.of(
          "retryPolicy",
          Map.of(
              "maxAttempts",
              3.0,
              "initialBackoff",
              "0.001s",
              "maxBackoff",
              "0.01s",
              "backoffMultiplier",
              2.0,
              "retryableStatusCodes",
              List.of("UNAVAILABLE")));

  private static final Map<String, Object> HEDGES =
      Map.of(
          "hedgingPolicy",
          Map.of(
              "maxAttempts",
              3.0,
              "hedgingDelay",
              "0.002s",
              "nonFatalStatusCodes",
              List.of("UNAVAILABLE")));

  private static ManagedChannel channel(Cluster cluster, Map<String, Object> serviceConfig) {
    return cluster.channel(
        SlicewiseGrpc.channel(
            "k8s:///echo.shop:grpc", InsecureChannelCredentials.create(), cluster.discovery),
        serviceConfig);
  }

  @Test
  void callsThatAreHeldAreCountedAndThoseThatEndAreNot() {
    try (Cluster cluster = new Cluster();
        ServiceWatch watch = cluster.discovery.watch("echo.shop:grpc")) {
      Obedient servers = new Obedient();
      cluster.servers.start("127.1.9.9"); // chooses the port
      servers.pod(cluster, "127.1.0.1");
      servers.pod(cluster, "127.1.0.2");
      Set<Endpoint> endpoints = endpoints(watch);
      ManagedChannel channel = cluster.channel();

      List<Held> calls = held(channel, 10);
      await().until(() -> servers.held.size() == 10);
      assertThat(inFlight(endpoints)).isEqualTo(10);

      calls.get(0).cancel();
      assertThat(calls.get(0).ended.join().getCode()).isEqualTo(Status.Code.CANCELLED);
      await().until(() -> inFlight(endpoints) == 9);
      servers.letGo();
      awaitNothingInFlight(endpoints);
    }
  }

  @Test
  void anyMixOfEndsLeavesNothingInFlight() throws Exception {
    try (Cluster cluster = new Cluster();
        ServiceWatch watch = cluster.discovery.watch("echo.shop:grpc")) {
      Obedient servers = new Obedient();
      cluster.servers.start("127.1.9.9"); // chooses the port
      for (int i = 1; i <= 4; i++) {
        servers.pod(cluster, "127.1.0." + i);
      }
      Set<Endpoint> endpoints = endpoints(watch);
      List<ManagedChannel> channels =
          List.of(
              cluster.channel(),
              channel(cluster, config(RETRIES)),
              channel(cluster, config(HEDGES)));
      channels.forEach(channel -> Echo.call(channel));

      AtomicInteger most = new AtomicInteger();
      Map<Status.Code, AtomicInteger> ends = new ConcurrentHashMap<>();
      AtomicBoolean stop = new AtomicBoolean();
      ExecutorService callers = Executors.newFixedThreadPool(THREADS);
      Semaphore open = new Semaphore(200);
      Phaser calls = new Phaser(1);
      for (int i = 0; i < THREADS; i++) {
        callers.execute(
            () -> {
              while (!stop.get()) {
                open.acquireUninterruptibly();
                calls.register();
                one(channels)
                    .whenComplete(
                        (status, failure) -> {
                          ends.computeIfAbsent(status.getCode(), code -> new AtomicInteger())
                              .incrementAndGet();
                          open.release();
                          calls.arriveAndDeregister();
                        });
              }
            });
      }

      for (int round = 0; round < 4; round++) {
        String victim = "127.1.0." + (1 + round % 4);
        int until = count(ends) + 500;
        cluster.servers.kill(victim);
        await()
            .until(
                () -> {
                  servers.letGo();
                  most.accumulateAndGet(inFlight(endpoints), Math::max);
                  return count(ends) > until;
                });
        servers.serve(cluster, victim);
        cluster.service().pod("pod-" + victim.replace('.', '-')).ready(round % 2 == 0);
      }
      stop.set(true);
      callers.shutdown();
      await()
          .until(
              () -> {
                servers.letGo();
                return callers.isTerminated() && calls.getUnarrivedParties() == 1;
              });

      assertThat(most.get()).isGreaterThan(10);
      assertThat(ends.keySet())
          .contains(
              Status.Code.OK,
              Status.Code.UNAVAILABLE,
              Status.Code.NOT_FOUND,
              Status.Code.CANCELLED,
              Status.Code.DEADLINE_EXCEEDED);
      awaitNothingInFlight(endpoints);
    }
  }

  private static int count(Map<Status.Code, AtomicInteger> ends) {
    return ends.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  /** One call, on any channel, with any end. */
  private static CompletableFuture<Status> one(List<ManagedChannel> channels) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    ManagedChannel channel = channels.get(random.nextInt(channels.size()));
    CallOptions options = CallOptions.DEFAULT;
    if (random.nextInt(3) == 0) {
      options = options.withWaitForReady();
    }
    int kind = random.nextInt(8);
    if (kind == 0) {
      options = options.withDeadlineAfter(random.nextInt(5_000), TimeUnit.MICROSECONDS);
    }
    String text =
        switch (kind) {
          case 0, 1, 2 -> "hold";
          case 3 -> "fail";
          case 4 -> "refuse";
          default -> "answer";
        };
    Held call = new Held(channel, options, text);
    if (kind == 1 || kind == 7) {
      call.cancel();
    }
    return call.ended;
  }

  /** Streams that end with the channel have failed, which is nothing that others should hear of. */
  @Test
  void aChannelThatIsShutDownLeavesNothingInFlight() {
    try (Cluster cluster = new Cluster();
        ServiceWatch watch = cluster.discovery.watch("echo.shop:grpc")) {
      cluster.pods(1, 2, "a");
      Set<Endpoint> endpoints = endpoints(watch);
      ManagedChannel channel = cluster.channel();
      AtomicInteger answers = new AtomicInteger();
      Map<Status.Code, AtomicInteger> ends = new ConcurrentHashMap<>();
      for (int i = 0; i < 50; i++) {
        Echo.talk(
                channel,
                new StreamObserver<>() {
                  @Override
                  public void onNext(String value) {
                    answers.incrementAndGet();
                  }

                  @Override
                  public void onError(Throwable failure) {
                    ends.computeIfAbsent(
                            Status.fromThrowable(failure).getCode(), code -> new AtomicInteger())
                        .incrementAndGet();
                  }

                  @Override
                  public void onCompleted() {}
                })
            .onNext("hello");
      }
      await().until(() -> answers.get() == 50 && inFlight(endpoints) == 50);

      channel.shutdownNow();

      await().until(() -> count(ends) == 50);
      assertThat(ends).containsOnlyKeys(Status.Code.UNAVAILABLE);
      awaitNothingInFlight(endpoints);
    }
  }

  private static List<Held> held(ManagedChannel channel, int calls) {
    return IntStream.range(0, calls)
        .mapToObj(i -> new Held(channel, CallOptions.DEFAULT, "hold"))
        .toList();
  }

  /** A call that is cancelled in the moment in which it is handed to a connection. */
  @Test
  void callsThatAreCancelledWhileTheirConnectionComesUpLeaveNothingInFlight() {
    try (Cluster cluster = new Cluster();
        ServiceWatch watch = cluster.discovery.watch("echo.shop:grpc")) {
      SimulatedPod pod = cluster.pod("127.1.0.1", "a");
      Set<Endpoint> endpoints = endpoints(watch);
      ManagedChannel channel = cluster.channel();
      Echo.call(channel);
      for (int round = 0; round < 10; round++) {
        pod.ready(false);
        await().until(() -> channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE);
        List<Held> calls =
            IntStream.range(0, 400)
                .mapToObj(
                    i ->
                        new Held(
                            channel,
                            i % 2 == 0
                                ? CallOptions.DEFAULT.withWaitForReady()
                                : CallOptions.DEFAULT
                                    .withWaitForReady()
                                    .withDeadlineAfter(40 + i % 40, TimeUnit.MILLISECONDS),
                            "hello"))
                .toList();
        pod.ready(true);
        await().until(() -> channel.getState(false) != ConnectivityState.TRANSIENT_FAILURE);
        // Backwards, to meet the channel that goes forwards.
        for (int i = calls.size() - 2; i >= 0; i -= 2) {
          calls.get(i).cancel();
        }
        calls.forEach(call -> call.ended.join());
      }
      awaitNothingInFlight(endpoints);
    }
  }
}
