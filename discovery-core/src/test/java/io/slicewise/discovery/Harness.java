package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.SliceRequest.Kind;
import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Discovery on one thread: a scripted source, a clock that stands still, seeded randomness. */
final class Harness implements AutoCloseable {

  /** The window in which changes settle before they are told. */
  static final Duration SETTLE_WINDOW = Duration.ofMillis(50);

  /** The longest first wait after a failure. */
  static final Duration LONGEST_FIRST_BACKOFF = Duration.ofMillis(1600);

  final FakeClock clock = new FakeClock();
  final ScriptedSource source = new ScriptedSource();
  final ServiceDiscovery discovery;

  Harness() {
    this(builder -> builder);
  }

  Harness(UnaryOperator<ServiceDiscoveryBuilder> more) {
    this(Duration.ZERO, more);
  }

  /** One that starts so long after the others do. */
  Harness(Duration later, UnaryOperator<ServiceDiscoveryBuilder> more) {
    clock.advance(later);
    SplittableRandom picks = new SplittableRandom(42);
    discovery =
        more.apply(
                ServiceDiscovery.builder()
                    .source(source)
                    .namespace("shop")
                    .family(AddressType.IPV4)
                    .scheduler(clock)
                    .listenerExecutor(clock)
                    .clock(clock::nanoTime, clock)
                    .random(new Random(42), picks::nextLong)
                    .connectJitter(Duration.ZERO))
            .build();
  }

  /** Opens a watch and lets the first request go out. */
  ServiceWatch watch(String target) {
    return watch(target, WatchOptions.DEFAULTS);
  }

  ServiceWatch watch(String target, WatchOptions options) {
    return watch(ServiceTarget.parse(target), options);
  }

  ServiceWatch watch(ServiceTarget target, WatchOptions options) {
    ServiceWatch watch = discovery.watch(target, options);
    clock.runDueTasks();
    return watch;
  }

  /** A watch of checkout that has synced at version 10 with one ready endpoint. */
  ServiceWatch synced() {
    return synced("checkout:grpc", "10", slice("a", 5, ready("10.0.0.1")));
  }

  /** A watch that has synced by a watch list with these slices. */
  ServiceWatch synced(String target, String version, EndpointSlice... slices) {
    return synced(target, WatchOptions.DEFAULTS, version, slices);
  }

  ServiceWatch synced(
      String target, WatchOptions options, String version, EndpointSlice... slices) {
    ServiceWatch watch = watch(target, options);
    last().open().added(slices).initialEventsEnd(version);
    settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    return watch;
  }

  /** Lets everything happen that is due now. */
  Harness settle() {
    clock.runDueTasks();
    return this;
  }

  /** Lets a change settle, so that it is told. */
  Harness window() {
    return settle().advance(SETTLE_WINDOW);
  }

  Harness advance(Duration time) {
    clock.advance(time);
    return this;
  }

  ScriptedSource.Call last() {
    return source.last();
  }

  int requests() {
    return source.count();
  }

  void assertLast(Kind kind, String version) {
    assertThat(last().request.kind()).isEqualTo(kind);
    assertThat(last().request.resourceVersion()).isEqualTo(version);
  }

  /** Lets time pass until the next request goes out, at most two minutes. */
  void awaitRequest() {
    settle();
    int requests = requests();
    for (int tenths = 0; requests() == requests; tenths++) {
      assertThat(tenths).isLessThan(1_200);
      advance(Duration.ofMillis(100));
    }
  }

  /** Asserts that no request goes out until just before {@code delay} is over. */
  void assertQuietFor(Duration delay) {
    int requests = requests();
    advance(delay.minusMillis(1));
    assertThat(requests()).isEqualTo(requests);
  }

  /** The addresses that may be picked. */
  static List<String> addresses(ServiceView view) {
    return view.eligible().stream().map(Endpoint::address).sorted().toList();
  }

  /** Every address with its verdict, {@code IN} or the reason. */
  static Map<String, String> verdicts(ServiceWatch watch) {
    Map<String, String> verdicts = new LinkedHashMap<>();
    for (Explanation.Address address : watch.explain().addresses()) {
      OutReason out = address.out();
      String verdict = out == null ? "IN" : out.name();
      verdicts.merge(address.endpoint().authority(), verdict, (a, b) -> a + "+" + b);
    }
    return verdicts;
  }

  @Override
  public void close() {
    discovery.close();
    clock.runDueTasks();
  }
}
