package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceRequest.Kind;
import io.slicewise.discovery.source.SliceSource;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which streams a namespace has, which Services each covers, and how they become one. */
class StreamsTest {

  private static final Duration QUIET_BEFORE_MERGE = Duration.ofSeconds(30);

  private static final Duration LINGER = Duration.ofSeconds(30);

  /** After a name, how long others are waited for. */
  private static final Duration MORE_TO_COME = Duration.ofMillis(20);

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  private static EndpointSlice of(
      String service, String name, int version, SliceEndpoint... endpoints) {
    return Slices.slice(service, name, version, List.of(tcp("grpc", 8080)), endpoints);
  }

  /** a at 10 on the main stream; b, added later, at 50 on one of its own. */
  private ServiceWatch[] twoStreams() {
    ServiceWatch a = harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    harness.advance(Duration.ofSeconds(2));
    ServiceWatch b = harness.synced("b", "50", of("b", "b1", 40, ready("10.0.0.2")));
    assertThat(harness.source.running()).hasSize(2);
    return new ServiceWatch[] {a, b};
  }

  /** The first of several streams has a connection, so that the others follow. */
  private void connect() {
    assertThat(harness.source.running()).hasSize(1);
    harness.last().open();
    harness.settle();
  }

  @Test
  void servicesOpenedTogetherShareOneStream() {
    ServiceWatch a = harness.discovery.watch("a");
    ServiceWatch b = harness.discovery.watch("b");
    harness.settle().advance(MORE_TO_COME.minusMillis(1));
    harness.discovery.watch("c");
    harness.settle().advance(MORE_TO_COME.multipliedBy(2));

    assertThat(harness.requests()).isEqualTo(1);
    assertThat(harness.last().request.services()).containsExactly("a", "b", "c");
    harness
        .last()
        .open()
        .added(of("a", "a1", 5, ready("10.0.0.1")), of("b", "b1", 6, ready("10.0.0.2")))
        .initialEventsEnd("10");
    harness.settle();
    assertThat(addresses(a.view())).containsExactly("10.0.0.1");
    assertThat(addresses(b.view())).containsExactly("10.0.0.2");
  }

  @Test
  void theFirstRequestWaitsAtMostForTheConnectJitter() {
    try (Harness jittered = new Harness(builder -> builder.connectJitter(Duration.ofSeconds(1)))) {
      jittered.watch("a");
      assertThat(jittered.requests()).isZero();
      jittered.watch("b");

      jittered.advance(Duration.ofSeconds(1));

      assertThat(jittered.requests()).isEqualTo(1);
      assertThat(jittered.last().request.services()).containsExactly("a", "b");
    }
  }

  @Test
  void oneServiceAloneWaitsForNoOther() {
    harness.watch("a");

    assertThat(harness.requests()).isEqualTo(1);
  }

  @Test
  void aFewNamesThatKeepComingAreNotWaitedForLong() {
    harness.discovery.watch("first");
    for (int i = 0; i < 20; i++) {
      harness.discovery.watch("s" + i);
      harness.settle().advance(MORE_TO_COME.minusMillis(5));
    }

    assertThat(harness.requests()).isEqualTo(1);
    assertThat(harness.last().request.services()).hasSizeBetween(2, 10);
  }

  @Test
  void watchesOfOneServiceShareItsStreamWhateverTheirPort() {
    harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));

    ServiceWatch other = harness.watch("a:grpc");

    assertThat(harness.requests()).isEqualTo(1);
    assertThat(addresses(other.view())).containsExactly("10.0.0.1");
  }

  @Test
  void aServiceAddedLaterGetsAStreamOfItsOwnAndDisturbsNobody() {
    harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    ScriptedSource.Call main = harness.last();
    harness.advance(Duration.ofSeconds(2));

    ServiceWatch b = harness.watch("b");

    assertThat(main.isEnded()).isFalse();
    harness.assertLast(Kind.WATCH_LIST, "");
    assertThat(harness.last().request.services()).containsExactly("b");
    harness.last().open().added(of("b", "b1", 40, ready("10.0.0.2"))).initialEventsEnd("50");
    harness.settle();
    assertThat(addresses(b.view())).containsExactly("10.0.0.2");
  }

  @Test
  void atMostOneStreamASecondIsOpened() {
    harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    harness.advance(Duration.ofSeconds(2));
    harness.watch("b");
    assertThat(harness.requests()).isEqualTo(2);
    harness.watch("c");
    harness.watch("d");

    harness.assertQuietFor(Duration.ofSeconds(1));
    harness.advance(Duration.ofMillis(1));

    assertThat(harness.requests()).isEqualTo(3);
    assertThat(harness.last().request.services()).containsExactly("c", "d");
  }

  @Test
  void aThousandNamesThatComeInAHurryFillTheirStreams() {
    for (int i = 0; i < 1_000; i++) {
      harness.discovery.watch("s" + i);
      if (i % 200 == 199) {
        harness.settle().advance(MORE_TO_COME.minusMillis(5));
      }
    }
    harness.settle().advance(MORE_TO_COME);
    connect();

    assertThat(harness.source.running())
        .extracting(call -> call.request.services().size())
        .hasSize(16)
        .startsWith(64, 64, 64)
        .endsWith(64, 40);
  }

  @Test
  void namesThatNeverStopComingAreNotWaitedForLong() {
    for (int i = 0; i < 2_000 && harness.source.running().isEmpty(); i++) {
      harness.discovery.watch("s" + i);
      if (i > 64 && i % 10 == 0) {
        harness.settle().advance(Duration.ofMillis(10));
      }
    }

    assertThat(harness.source.running()).isNotEmpty();
  }

  @Test
  void namesThatAreLateComeASecondLaterAllAtOnce() {
    harness.discovery.watch("first");
    harness.settle();
    for (int i = 0; i < 300; i++) {
      harness.discovery.watch("s" + i);
    }
    harness.settle().advance(Duration.ofSeconds(1)).advance(MORE_TO_COME);

    assertThat(harness.source.running())
        .extracting(call -> call.request.services().size())
        .containsExactly(1, 64, 64, 64, 64, 44);
  }

  @Test
  void moreThanSixtyFourNamesAreSpreadOverStreams() {
    for (int i = 0; i < 100; i++) {
      harness.discovery.watch("s" + i);
    }
    harness.settle().advance(MORE_TO_COME);
    connect();

    assertThat(harness.source.running())
        .extracting(call -> call.request.services().size())
        .containsExactly(64, 36);
    Set<String> names = new TreeSet<>();
    harness.source.running().forEach(call -> names.addAll(call.request.services()));
    assertThat(names).hasSize(100);
  }

  @Test
  void streamsThatBeginTogetherDoNotConnectOneByOneIfTheFirstCannot() {
    for (int i = 0; i < 200; i++) {
      harness.discovery.watch("s" + i);
    }
    harness.settle().advance(MORE_TO_COME);
    assertThat(harness.source.running()).hasSize(1);

    harness.last().end(ExchangeEnd.failed(ExchangeEnd.Kind.UNREACHABLE, "no route"));
    harness.settle();

    assertThat(harness.source.running())
        .extracting(call -> call.request.services().size())
        .containsExactly(64, 64, 8);
  }

  @Test
  void aFirstNameThatMayWaitAnywayWaitsForThoseThatComeWithIt() {
    try (Harness jittered = new Harness(builder -> builder.connectJitter(Duration.ofMillis(1)))) {
      jittered.watch("a");
      jittered.advance(MORE_TO_COME.minusMillis(1));
      assertThat(jittered.requests()).isZero();
      jittered.watch("b");
      jittered.advance(MORE_TO_COME.multipliedBy(2));

      assertThat(jittered.requests()).isEqualTo(1);
      assertThat(jittered.last().request.services()).containsExactly("a", "b");
    }
  }

  @Test
  void streamsThatDoNotFitTogetherStayApart() {
    for (int i = 0; i < 60; i++) {
      harness.discovery.watch("s" + i);
    }
    harness.settle().advance(MORE_TO_COME);
    harness.last().open().initialEventsEnd("10");
    harness.advance(Duration.ofSeconds(2));
    for (int i = 0; i < 5; i++) {
      harness.discovery.watch("t" + i);
    }
    harness.settle();
    harness.last().open().initialEventsEnd("20");
    int requests = harness.requests();

    harness.settle().advance(QUIET_BEFORE_MERGE);

    assertThat(harness.requests()).isEqualTo(requests);
    assertThat(harness.source.running()).hasSize(2);
  }

  @Test
  void namesThatNoSliceBearsAreBounded() {
    for (int i = 0; i < 256; i++) {
      harness.discovery.watch("nosuch" + i);
    }
    harness.settle().advance(MORE_TO_COME);
    connect();
    harness.source.running().forEach(call -> call.open().initialEventsEnd("10"));
    harness.settle();

    ServiceWatch beyond = harness.watch("nosuch256");
    harness.advance(Duration.ofSeconds(10));

    assertThat(beyond.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(beyond.view().problem())
        .contains("more than 256 Services without any EndpointSlice")
        .contains("namespace shop");
    assertThat(harness.source.calls())
        .noneMatch(call -> call.request.services().contains("nosuch256"));
  }

  @Test
  void threeHundredRealServicesOpenedTogetherAreAllFollowed() {
    List<ServiceWatch> watches = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      watches.add(harness.discovery.watch("s" + i));
    }
    harness.settle().advance(MORE_TO_COME);
    connect();
    for (ScriptedSource.Call call : harness.source.running()) {
      call.open();
      for (String service : call.request.services()) {
        call.added(of(service, service + "-1", 5, ready("10.0.0.1")));
      }
      call.initialEventsEnd("10");
    }
    harness.settle();

    assertThat(watches).extracting(watch -> watch.view().state()).containsOnly(SyncState.SYNCED);
  }

  @Test
  void aWholeNamespaceIsOneStreamWithoutASelector() {
    try (Harness whole = new Harness(builder -> builder.wholeNamespace(true))) {
      ServiceWatch a = whole.watch("a");
      assertThat(whole.last().request.services()).isEmpty();
      whole
          .last()
          .open()
          .added(
              of("a", "a1", 5, ready("10.0.0.1")),
              of("b", "b1", 6, ready("10.0.0.2")),
              of("", "orphan", 7, ready("10.0.0.3")))
          .initialEventsEnd("10");
      whole.settle();

      ServiceWatch b = whole.watch("b");
      ServiceWatch none = whole.watch("none");

      assertThat(whole.requests()).isEqualTo(1);
      assertThat(addresses(a.view())).containsExactly("10.0.0.1");
      assertThat(addresses(b.view())).containsExactly("10.0.0.2");
      assertThat(none.view().state()).isEqualTo(SyncState.SYNCED);
      assertThat(none.view().problem()).contains("no EndpointSlice names the Service shop/none");
      whole.last().modified(of("a", "orphan", 20, ready("10.0.0.3")));
      whole.window();
      assertThat(addresses(a.view())).containsExactly("10.0.0.1", "10.0.0.3");
      whole.last().modified(of("", "orphan", 21, ready("10.0.0.3")));
      whole.window();
      assertThat(addresses(a.view())).containsExactly("10.0.0.1");
    }
  }

  @Test
  void namespacesAreIndependent() {
    ServiceWatch shop = harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    ScriptedSource.Call shopStream = harness.last();
    ServiceWatch depot = harness.watch("a.depot");
    assertThat(harness.last().request.namespace()).isEqualTo("depot");

    harness.last().refused(403, "Forbidden");
    harness.settle();

    assertThat(depot.view().problem()).contains("namespace depot");
    assertThat(shop.view().problem()).isNull();
    shopStream.modified(of("a", "a1", 20, ready("10.0.0.9")));
    harness.window();
    assertThat(addresses(shop.view())).containsExactly("10.0.0.9");
  }

  @Test
  void losingOneStreamMakesOnlyItsServicesStale() {
    ServiceWatch[] watches = twoStreams();
    harness.source.runningFor("b").broken();
    harness.advance(Duration.ofSeconds(2));
    harness.source.runningFor("b").unreachable();
    harness.settle();

    assertThat(watches[0].view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(watches[1].view().state()).isEqualTo(SyncState.STALE);
  }

  @Test
  void aServiceLingersHalfAMinuteAndComesBackWithoutARequest() {
    ServiceWatch watch = harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    ScriptedSource.Call stream = harness.last();
    watch.close();
    harness.advance(LINGER.minusSeconds(1));
    stream.modified(of("a", "a1", 20, ready("10.0.0.2")));
    harness.window();

    ServiceWatch again = harness.watch("a");
    assertThat(addresses(again.view())).containsExactly("10.0.0.2");
    assertThat(again.whenSynced()).isCompleted();
    harness.advance(LINGER.plusSeconds(1));
    assertThat(stream.isEnded()).isFalse();
    assertThat(harness.requests()).isEqualTo(1);

    again.close();
    harness.advance(LINGER.plusSeconds(2));
    assertThat(stream.isCancelled()).isTrue();
    assertThat(harness.source.running()).isEmpty();
  }

  @Test
  void withoutALingerTheServiceEndsWithItsLastWatch() {
    try (Harness hasty = new Harness(builder -> builder.linger(Duration.ZERO))) {
      ServiceWatch one = hasty.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
      ServiceWatch two = hasty.watch("a");
      one.close();
      hasty.advance(Duration.ofSeconds(2));
      assertThat(hasty.source.running()).hasSize(1);

      two.close();
      hasty.advance(Duration.ofSeconds(2));

      assertThat(hasty.source.running()).isEmpty();
    }
  }

  @Test
  void aThousandCyclesLeaveNothingBehind() {
    List<ServiceView> heard = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      ServiceWatch watch = harness.watch(i % 2 == 0 ? "a" : "a" + i % 20 + ".ns" + i % 3);
      watch.subscribe(heard::add);
      if (i % 7 == 0) {
        harness.advance(Duration.ofSeconds(1));
      }
      watch.close();
    }
    harness.settle();
    heard.clear();

    harness.advance(LINGER.plusSeconds(2));

    assertThat(harness.source.running()).isEmpty();
    assertThat(harness.clock.pendingTasks()).isZero();
    assertThat(heard).isEmpty();
  }

  @Test
  void theObserverHearsOfEachStreamThatEndsHoweverItDoes() {
    List<String> heard = new ArrayList<>();
    try (Harness observed =
        new Harness(builder -> builder.linger(Duration.ZERO).observer(new Heard(heard)))) {
      ServiceWatch a = observed.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
      observed.advance(Duration.ofSeconds(2));
      ServiceWatch b = observed.synced("b", "50", of("b", "b1", 40, ready("10.0.0.2")));
      observed.advance(QUIET_BEFORE_MERGE);
      observed.last().open();
      observed.settle();
      a.close();
      b.close();
      observed.advance(Duration.ofSeconds(1));
    }

    assertThat(heard)
        .containsExactly(
            "opened [a]",
            "opened [b]",
            "ended: another stream takes over",
            "ended: another stream takes over",
            "opened [a, b]",
            "ended: nobody follows its Services any more");
  }

  private record Heard(List<String> lines) implements DiscoveryObserver {
    @Override
    public void onStreamOpened(String namespace, SortedSet<String> services) {
      lines.add("opened " + services);
    }

    @Override
    public void onStreamEnded(String namespace, String reason, Duration lived) {
      lines.add("ended: " + reason);
    }
  }

  @Test
  void namespacesThatNobodyFollowsAreForgotten() {
    List<WeakReference<String>> asked = new ArrayList<>();
    SliceSource silent =
        new SliceSource() {
          @Override
          public Exchange start(SliceRequest request, SliceHandler handler) {
            asked.add(new WeakReference<>(request.namespace()));
            return () -> {};
          }

          @Override
          public String describe() {
            return "https://silent";
          }

          @Override
          public void close() {}
        };
    try (Harness crowded = new Harness(builder -> builder.source(silent))) {
      for (int i = 0; i < 50; i++) {
        crowded.watch("a.made-up-" + i).close();
      }
      ServiceWatch again = crowded.watch("a.made-up-7");
      assertThat(asked).hasSize(50);

      crowded.advance(Duration.ofSeconds(31));

      await()
          .untilAsserted(
              () -> {
                System.gc();
                assertThat(asked)
                    .extracting(Reference::get)
                    .filteredOn(Objects::nonNull)
                    .containsOnly("made-up-7");
              });
      again.close();
      crowded.watch("a.made-up-8");
      assertThat(asked.get(asked.size() - 1).get()).isEqualTo("made-up-8");
    }
  }

  @Test
  void namesThatKeepComingDoNotKeepAStreamEach() {
    harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    int most = 0;
    for (int i = 0; i < 120; i++) {
      String service = "s" + i;
      String version = Integer.toString(20 + i);
      harness.watch(service);
      harness.advance(Duration.ofSeconds(1));
      harness.last().open().added(of(service, service + "-1", 20 + i, ready("10.0.0.2")));
      harness.last().initialEventsEnd(version);
      harness.source.running().forEach(call -> call.open().bookmark(version));
      harness.settle();
      most = Math.max(most, harness.source.running().size());
    }

    assertThat(most).isLessThan(40);
  }

  @Test
  void aServiceThatWasOneTooManyIsFollowedOnceOthersHaveSlices() {
    for (int i = 0; i < 256; i++) {
      harness.discovery.watch("s" + i);
    }
    harness.settle().advance(MORE_TO_COME);
    connect();
    harness.source.running().forEach(call -> call.open().initialEventsEnd("10"));
    harness.settle();
    ServiceWatch one = harness.watch("late1");
    harness.watch("late2");

    harness.source.runningFor("s7").added(of("s7", "s7-1", 20, ready("10.0.0.1")));
    harness.settle().advance(Duration.ofSeconds(2));

    assertThat(harness.last().request.services()).containsExactly("late1");
    harness.last().open().added(of("late1", "l", 30, ready("10.0.0.2"))).initialEventsEnd("31");
    harness.settle().advance(Duration.ofSeconds(2));
    assertThat(addresses(one.view())).containsExactly("10.0.0.2");
    assertThat(harness.last().request.services()).containsExactly("late2");
  }
}
