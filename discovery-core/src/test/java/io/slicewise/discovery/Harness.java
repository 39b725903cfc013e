package io.slicewise.discovery;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Discovery on one thread: a scripted source, a clock that stands still, seeded randomness. */
final class Harness implements AutoCloseable {

  final FakeClock clock = new FakeClock();
  final ScriptedSource source = new ScriptedSource();
  final ServiceDiscovery discovery;

  Harness() {
    this(builder -> builder);
  }

  Harness(UnaryOperator<ServiceDiscoveryBuilder> more) {
    SplittableRandom picks = new SplittableRandom(42);
    discovery =
        more.apply(
                ServiceDiscovery.builder()
                    .source(source)
                    .namespace("shop")
                    .family(io.slicewise.discovery.model.AddressType.IPV4)
                    .scheduler(clock)
                    .listenerExecutor(clock)
                    .clock(clock::nanoTime, clock)
                    .random(new Random(42), picks::nextLong)
                    .connectJitter(Duration.ZERO))
            .build();
  }

  /** Opens a watch and lets the first request go out. */
  ServiceWatch watch(String target) {
    ServiceWatch watch = discovery.watch(target);
    clock.runDueTasks();
    return watch;
  }

  /** Lets everything happen that is due now. */
  Harness settle() {
    clock.runDueTasks();
    return this;
  }

  Harness advance(Duration time) {
    clock.advance(time);
    return this;
  }

  ScriptedSource.Call last() {
    return source.last();
  }

  int requests() {
    return source.calls().size();
  }

  static List<String> addresses(ServiceView view) {
    return view.eligible().stream().map(Endpoint::address).sorted().toList();
  }

  @Override
  public void close() {
    discovery.close();
    clock.runDueTasks();
  }
}
