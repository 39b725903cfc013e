package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.EquivalentAddressGroup;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the resolver says to a channel, and above all what it does not say. */
class ResolverTest {

  /** An API server that the test plays. */
  private static final class Played implements SliceSource {
    private final List<SliceRequest> requests = new ArrayList<>();
    private SliceHandler handler;
    private boolean away;

    @Override
    public Exchange start(SliceRequest request, SliceHandler newHandler) {
      requests.add(request);
      if (away) {
        newHandler.onEnd(ExchangeEnd.failed(ExchangeEnd.Kind.UNREACHABLE, "connection refused"));
        return () -> {};
      }
      handler = newHandler;
      newHandler.onOpen();
      return () -> newHandler.onEnd(ExchangeEnd.failed(ExchangeEnd.Kind.CANCELLED, ""));
    }

    @Override
    public String describe() {
      return "played";
    }

    @Override
    public void close() {}
  }

  private final FakeClock clock = new FakeClock();
  private final Played server = new Played();
  private final ServiceDiscovery discovery =
      ServiceDiscovery.builder()
          .source(server)
          .namespace("shop")
          .family(AddressType.IPV4)
          .scheduler(clock)
          .listenerExecutor(clock)
          .clock(clock::nanoTime, clock)
          .connectJitter(Duration.ZERO)
          .zone("a")
          .build();
  private final List<List<EquivalentAddressGroup>> told = new ArrayList<>();
  private final List<Status> errors = new ArrayList<>();
  private final List<Throwable> panics = new ArrayList<>();
  private final AtomicInteger released = new AtomicInteger();
  private int version = 100;
  private NameResolver resolver;

  @AfterEach
  void close() {
    if (resolver != null) {
      resolver.shutdown();
    }
    discovery.close();
    clock.runDueTasks();
    assertThat(panics).isEmpty();
  }

  private void start() {
    SynchronizationContext context =
        new SynchronizationContext((thread, failure) -> panics.add(failure));
    NameResolver.Args args =
        NameResolver.Args.newBuilder()
            .setDefaultPort(443)
            .setProxyDetector(target -> null)
            .setSynchronizationContext(context)
            .setScheduledExecutorService((ScheduledExecutorService) clock)
            .setServiceConfigParser(
                new NameResolver.ServiceConfigParser() {
                  @Override
                  public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> json) {
                    throw new AssertionError("not asked for");
                  }
                })
            .build();
    resolver =
        new SliceNameResolver(
            "k8s:///checkout.shop:grpc",
            ServiceTarget.parse("checkout.shop:grpc"),
            WatchOptions.DEFAULTS,
            new SliceNameResolver.DiscoverySource() {
              @Override
              public ServiceDiscovery acquire() {
                return discovery;
              }

              @Override
              public void release() {
                released.incrementAndGet();
              }
            },
            service -> "checkout.shop.svc",
            args);
    resolver.start(
        new NameResolver.Listener2() {
          @Override
          public void onResult(NameResolver.ResolutionResult result) {
            throw new AssertionError("onResult2 is what is called");
          }

          @Override
          public Status onResult2(NameResolver.ResolutionResult result) {
            context.throwIfNotInThisSynchronizationContext();
            told.add(result.getAddressesOrError().getValue());
            return Status.OK;
          }

          @Override
          public void onError(Status error) {
            errors.add(error);
          }
        });
    clock.runDueTasks();
  }

  private static SliceEndpoint endpoint(int number, String zone, boolean ready) {
    return new SliceEndpoint(
        "10.0.0." + number,
        Conditions.of(ready, ready, false),
        null,
        null,
        zone,
        "pod-" + number,
        1,
        number,
        Hints.NONE);
  }

  private EndpointSlice slice(SliceEndpoint... endpoints) {
    return new EndpointSlice(
        "shop",
        "checkout-x",
        "checkout",
        Integer.toString(++version),
        AddressType.IPV4,
        Map.of(EndpointSlice.SERVICE_NAME_LABEL, "checkout"),
        List.of(endpoints),
        List.of(new SlicePort("grpc", "TCP", 8080, null)),
        null);
  }

  private void event(SliceEvent.Type type, SliceEndpoint... endpoints) {
    server.handler.onEvent(SliceEvent.of(type, slice(endpoints)));
    clock.runDueTasks();
  }

  private void synced(SliceEndpoint... endpoints) {
    start();
    event(SliceEvent.Type.ADDED, endpoints);
    server.handler.onEvent(SliceEvent.bookmark(Integer.toString(++version), true));
    clock.runDueTasks();
  }

  private static List<String> addresses(List<EquivalentAddressGroup> groups) {
    return groups.stream()
        .map(group -> group.getAttributes().get(EndpointAttributes.ENDPOINT).address())
        .toList();
  }

  @Test
  void tellsTheFirstCompleteListAtOnceAndEachEndpointByItself() {
    synced(endpoint(1, "a", true), endpoint(2, "b", true), endpoint(3, "b", false));

    assertThat(told).hasSize(1);
    assertThat(addresses(told.get(0))).containsExactly("10.0.0.1", "10.0.0.2");
    EquivalentAddressGroup first = told.get(0).get(0);
    assertThat(first.getAttributes().get(EquivalentAddressGroup.ATTR_LOCALITY_NAME)).isEqualTo("a");
    assertThat(first.getAddresses().get(0)).hasToString("/10.0.0.1:8080");
    assertThat(errors).isEmpty();
  }

  @Test
  void fiftyThousandEventsThatChangeNothingAreNothing() {
    synced(endpoint(1, "a", true), endpoint(2, "b", true));

    for (int i = 0; i < 50_000; i++) {
      server.handler.onEvent(
          SliceEvent.of(
              SliceEvent.Type.MODIFIED, slice(endpoint(1, "a", true), endpoint(2, "b", true))));
    }
    clock.advance(Duration.ofSeconds(2));
    for (int i = 0; i < 1_000; i++) {
      resolver.refresh();
    }
    clock.advance(Duration.ofSeconds(2));

    assertThat(told).hasSize(1);
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void thoseThatStayAreToldByTheSameObjects() {
    synced(endpoint(1, "a", true), endpoint(2, "b", true));
    event(
        SliceEvent.Type.MODIFIED,
        endpoint(1, "a", true),
        endpoint(2, "b", true),
        endpoint(4, "a", true));
    clock.advance(Duration.ofSeconds(1));

    assertThat(told).hasSize(2);
    assertThat(told.get(1).get(0)).isSameAs(told.get(0).get(0));
    assertThat(told.get(1).get(1)).isSameAs(told.get(0).get(1));
    assertThat(addresses(told.get(1))).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.4");
  }

  @Test
  void anotherZoneOfTheSameEndpointIsTold() {
    synced(endpoint(1, "a", true), endpoint(2, "b", true));
    event(SliceEvent.Type.MODIFIED, endpoint(1, "a", true), endpoint(2, "c", true));
    clock.advance(Duration.ofSeconds(1));

    assertThat(told).hasSizeGreaterThan(1);
    assertThat(told.get(told.size() - 1).get(1).getAttributes().get(EndpointAttributes.ZONE))
        .isEqualTo("c");
  }

  @Test
  void tenHoursWithoutAnApiServerAreNothing() {
    synced(endpoint(1, "a", true), endpoint(2, "b", true));
    server.away = true;
    server.handler.onEnd(ExchangeEnd.failed(ExchangeEnd.Kind.BROKEN, "connection reset"));

    for (int minute = 0; minute < 600; minute++) {
      clock.advance(Duration.ofMinutes(1));
      resolver.refresh();
    }

    assertThat(told).hasSize(1);
    assertThat(errors).isEmpty();
    assertThat(server.requests.size()).isBetween(300, 3_000);
  }

  @Test
  void saysOnceWhyNothingComesAndThenTellsWhatComes() {
    server.away = true;
    start();
    clock.advance(Duration.ofSeconds(4));
    assertThat(errors).isEmpty();
    clock.advance(Duration.ofMinutes(10));

    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(errors.get(0).getDescription())
        .startsWith("k8s:///checkout.shop:grpc: no endpoints known yet: ")
        .contains("connection refused");
    server.away = false;
    for (int second = 0; second < 120 && server.handler == null; second++) {
      clock.advance(Duration.ofSeconds(1));
    }
    event(SliceEvent.Type.ADDED, endpoint(1, "a", true));
    server.handler.onEvent(SliceEvent.bookmark(Integer.toString(++version), true));
    clock.runDueTasks();
    assertThat(told).hasSize(1);
    assertThat(errors).hasSize(1);
  }

  @Test
  void anEmptyListIsToldAsOne() {
    synced(endpoint(1, "a", true));
    event(SliceEvent.Type.MODIFIED, endpoint(1, "a", false));

    assertThat(told).hasSize(2);
    assertThat(told.get(1)).isEmpty();
    assertThat(errors).isEmpty();
  }

  @Test
  void saysNothingAfterItWasShutDown() {
    synced(endpoint(1, "a", true));

    resolver.shutdown();
    event(SliceEvent.Type.MODIFIED, endpoint(2, "a", true));
    clock.advance(Duration.ofSeconds(10));
    resolver.refresh();

    assertThat(told).hasSize(1);
    assertThat(released).hasValue(1);
    resolver = null;
  }

  @Test
  void aThousandChannelsThatComeAndGoLeaveNothing() {
    try (Cluster cluster = new Cluster()) {
      cluster.pods(40, 1, "a");
      Echo.call(cluster.channel(), CallOptions.DEFAULT.withWaitForReady());
      Footprint before = Footprint.now();
      for (int i = 0; i < 1_000; i++) {
        ManagedChannel channel =
            SlicewiseGrpc.channel(
                    "k8s:///echo.shop:grpc", InsecureChannelCredentials.create(), cluster.discovery)
                .build();
        if (i % 100 == 0) {
          assertThat(Burst.start(channel, 100, 8).join()).containsValue(100);
        } else if (i % 10 == 0) {
          Echo.call(channel, CallOptions.DEFAULT.withWaitForReady());
        } else {
          channel.getState(true);
        }
        channel.shutdownNow();
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                assertThat(cluster.api.openWatches()).isEqualTo(1);
                assertThat(cluster.servers.open()).isEqualTo(1);
                Map<String, Long> more = Footprint.now().since(before);
                more.remove("grpc-default-executor-#"); // everybody's, and idle after a minute
                assertThat(more).allSatisfy((what, count) -> assertThat(count).isLessThan(6));
              });
    }
  }
}
