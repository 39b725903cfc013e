package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.in;
import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.source.SliceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a process learns where the callers are, and when it trusts that. */
class CallersTest {

  private static final OwnPod POD =
      new OwnPod("a", "environment K8S_ZONE", null, "apps", "front-1", null, Set.of());

  private static List<SliceEndpoint> callers(int a, int b) {
    List<SliceEndpoint> callers = new ArrayList<>(many("a", 20, a));
    callers.addAll(many("b", 21, b));
    return callers;
  }

  private static EndpointSlice service(
      String namespace, String name, int version, List<SliceEndpoint> endpoints) {
    EndpointSlice slice =
        slice(
            name,
            name + "-1",
            version,
            List.of(Slices.tcp("http", 80)),
            endpoints.toArray(SliceEndpoint[]::new));
    return new EndpointSlice(
        namespace,
        slice.name(),
        name,
        slice.resourceVersion(),
        slice.addressType(),
        slice.labels(),
        slice.endpoints(),
        slice.ports(),
        null);
  }

  private static ServiceWatch checkout(Harness harness) {
    List<SliceEndpoint> endpoints = new ArrayList<>(many("a", 0, 5));
    endpoints.addAll(many("b", 1, 5));
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness
        .source
        .runningFor("checkout")
        .open()
        .added(slice("s", 5, endpoints.toArray(SliceEndpoint[]::new)))
        .initialEventsEnd("100");
    harness.settle();
    return watch;
  }

  private static ScriptedSource.Call listOf(Harness harness, String namespace) {
    return harness.source.running().stream()
        .filter(call -> call.request.kind() == SliceRequest.Kind.LIST)
        .filter(call -> call.request.namespace().equals(namespace))
        .findFirst()
        .orElseThrow();
  }

  private static Routing routing(ServiceWatch watch) {
    return watch.view().routing();
  }

  @Test
  void areTheReadyEndpointsOfTheConfiguredService() {
    try (Harness harness = new Harness(builder -> builder.zone("a").callerService("front.apps"))) {
      ServiceWatch watch = checkout(harness);
      assertThat(routing(watch).basis())
          .isEqualTo(
              "callers unknown (Service apps/front (configured) is not known yet): 40 % local");

      harness
          .source
          .runningFor("front")
          .open()
          .added(service("apps", "front", 7, callers(8, 2)))
          .initialEventsEnd("50");
      harness.settle();
      harness.advance(Duration.ofSeconds(10));

      assertThat(routing(watch).basis()).isEqualTo("callers: Service apps/front (configured)");
      assertThat(routing(watch).share("a")).isCloseTo(0.6 / 0.8, within(1e-9));
      assertThat(routing(watch).zones().get(0).callers()).isCloseTo(0.8, within(1e-9));
    }
  }

  @Test
  void areThoseOfTheServiceThatTheOwnPodBelongsTo() {
    try (Harness harness = new Harness(builder -> builder.ownPod(POD))) {
      ServiceWatch watch = checkout(harness);
      ScriptedSource.Call list = listOf(harness, "apps");
      assertThat(list.request.services()).isEmpty();
      assertThat(list.request.limit()).isEqualTo(500);
      List<SliceEndpoint> withUs = new ArrayList<>(callers(2, 2));
      withUs.add(Slices.endpoint("10.20.0.9", Slices.READY, "front-1"));
      list.open().added(service("apps", "other", 5, callers(9, 1)));
      list.page("60", "next");
      harness.settle();
      ScriptedSource.Call page = listOf(harness, "apps");
      assertThat(page.request.continueToken()).isEqualTo("next");
      page.open().added(service("apps", "front", 6, withUs)).listed("60");
      harness.settle();
      harness.advance(Duration.ofSeconds(1));
      harness
          .source
          .runningFor("front")
          .open()
          .added(service("apps", "front", 6, callers(3, 1)))
          .initialEventsEnd("60");
      harness.settle();
      harness.advance(Duration.ofSeconds(10));

      assertThat(routing(watch).basis())
          .isEqualTo("callers: Service apps/front (found by the own pod)");
      assertThat(routing(watch).share("a")).isCloseTo(0.6 / 0.75, within(1e-9));
    }
  }

  @Test
  void areLookedForAgainUntilThePodIsReadyAndNotForEver() {
    try (Harness harness = new Harness(builder -> builder.ownPod(POD))) {
      ServiceWatch watch = checkout(harness);
      int lists = 0;
      for (int second = 0; second < 900; second++) {
        for (ScriptedSource.Call call : harness.source.running()) {
          if (call.request.kind() == SliceRequest.Kind.LIST) {
            call.open().listed("60");
            lists++;
          }
        }
        harness.advance(Duration.ofSeconds(1));
        String version = Integer.toString(1_000 + second);
        harness.source.running().forEach(call -> call.bookmark(version));
      }

      assertThat(lists).isBetween(4, 12);
      assertThat(routing(watch).basis())
          .isEqualTo(
              "callers unknown (the own pod is an endpoint of no Service in namespace apps): 40 %"
                  + " local");
    }
  }

  @Test
  void areGivenUpWhereTheNamespaceMayNotBeRead() {
    try (Harness harness = new Harness(builder -> builder.ownPod(POD))) {
      ServiceWatch watch = checkout(harness);
      listOf(harness, "apps").refused(403, "Forbidden");
      harness.settle();
      int requests = harness.requests();
      harness.advance(Duration.ofSeconds(100));

      assertThat(harness.requests()).isEqualTo(requests);
      assertThat(routing(watch).basis())
          .isEqualTo(
              "callers unknown (EndpointSlices of the own namespace apps may not be listed): 40 %"
                  + " local");
      assertThat(watch.view().problem()).isNull();
    }
  }

  @Test
  void areNotLookedForWhereNobodyNeedsThem() {
    try (Harness harness =
        new Harness(builder -> builder.ownPod(POD).policy(TopologyPolicy.kubernetes()))) {
      checkout(harness);
      assertThat(harness.requests()).isEqualTo(1);
    }
    try (Harness harness = new Harness(builder -> builder.ownPod(POD).findCallers(false))) {
      checkout(harness);
      assertThat(harness.requests()).isEqualTo(1);
    }
  }

  @Test
  void aRolloutOfTheCallersMovesTheirSharesSlowly() {
    try (Harness harness = new Harness(builder -> builder.zone("a").callerService("front.apps"))) {
      ServiceWatch watch = checkout(harness);
      ScriptedSource.Call front = harness.source.runningFor("front");
      front.open().added(service("apps", "front", 7, callers(5, 5))).initialEventsEnd("50");
      harness.settle();
      harness.advance(Duration.ofSeconds(10));
      assertThat(routing(watch).share("a")).isEqualTo(1);

      front.modified(service("apps", "front", 60, callers(9, 1)));
      harness.window();
      assertThat(routing(watch).zones().get(0).callers()).isCloseTo(0.5, within(0.01));
      harness.advance(Duration.ofSeconds(30));
      double expected = 0.9 - 0.4 * Math.exp(-1);
      assertThat(routing(watch).zones().get(0).callers()).isCloseTo(expected, within(0.01));
      for (int i = 0; i < 20; i++) {
        harness.advance(Duration.ofSeconds(10));
        harness.source.running().forEach(call -> call.bookmark("900"));
      }

      assertThat(routing(watch).zones().get(0).callers()).isCloseTo(0.9, within(0.001));
      assertThat(routing(watch).share("a")).isCloseTo(0.6 / 0.9, within(0.001));
    }
  }

  @Test
  void aZoneThatHasLostAllCallersLeavesRoomForNobodyAtOnce() {
    try (Harness harness = new Harness(builder -> builder.zone("a").callerService("front.apps"))) {
      ServiceWatch watch = checkout(harness);
      ScriptedSource.Call front = harness.source.runningFor("front");
      List<SliceEndpoint> three = new ArrayList<>(callers(5, 5));
      three.addAll(many("c", 22, 5));
      front.open().added(service("apps", "front", 7, three)).initialEventsEnd("50");
      harness.settle();
      harness.advance(Duration.ofSeconds(10));

      front.modified(service("apps", "front", 60, callers(5, 5)));
      harness.window();

      assertThat(routing(watch).zones().get(0).callers()).isCloseTo(0.5, within(1e-9));
    }
  }

  @Test
  void areNotTrustedOnceTheOwnZoneIsNotAmongThem() {
    try (Harness harness = new Harness(builder -> builder.zone("a").callerService("front.apps"))) {
      ServiceWatch watch = checkout(harness);
      ScriptedSource.Call front = harness.source.runningFor("front");
      front.open().added(service("apps", "front", 7, callers(5, 5))).initialEventsEnd("50");
      harness.settle();
      harness.advance(Duration.ofSeconds(10));

      List<SliceEndpoint> elsewhere = new ArrayList<>(callers(0, 5));
      elsewhere.add(in("c", "10.22.0.1"));
      front.modified(service("apps", "front", 60, elsewhere));
      harness.window();

      assertThat(routing(watch).basis())
          .isEqualTo(
              "callers unknown (Service apps/front (configured) has no caller in the own zone a): 40"
                  + " % local");
    }
  }

  @Test
  void countBothFamiliesOfAPodOnce() {
    try (Harness harness = new Harness(builder -> builder.zone("a").callerService("front.apps"))) {
      ServiceWatch watch = checkout(harness);
      EndpointSlice v6 =
          Slices.withType(
              io.slicewise.discovery.model.AddressType.IPV6,
              slice("front", "front-6", 8, List.of(), in("b", "fd00::1"), in("b", "fd00::2")));
      harness
          .source
          .runningFor("front")
          .open()
          .added(service("apps", "front", 7, callers(3, 1)))
          .added(v6)
          .initialEventsEnd("50");
      harness.settle();

      assertThat(routing(watch).zones().get(0).callers()).isCloseTo(0.75, within(1e-9));
    }
  }
}
