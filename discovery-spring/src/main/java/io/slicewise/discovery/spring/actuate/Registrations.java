package io.slicewise.discovery.spring.actuate;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * Meters that come and go, in every registry that asked for them. They may be added before there is
 * a registry. Thread safe.
 */
final class Registrations {

  /** A meter and its tags. */
  private record Key(DiscoveryMeter meter, Tags tags) {}

  /** How to make a meter, and what was made of it in each registry. */
  private record Registration(
      Function<MeterRegistry, Meter> maker, Map<MeterRegistry, Meter> made) {}

  private final List<MeterRegistry> registries = new ArrayList<>(); // guarded by this
  private final Map<Key, Registration> all = new ConcurrentHashMap<>(); // writes guarded by this

  /** Adds a registry, which gets all meters that there are. */
  synchronized void bind(MeterRegistry registry) {
    if (!registries.contains(registry)) {
      registries.add(registry);
      all.values().forEach(one -> one.made().put(registry, one.maker().apply(registry)));
    }
  }

  /** Adds a gauge, unless it is there. */
  void gauge(DiscoveryMeter meter, Tags tags, DoubleSupplier value) {
    Registration unused =
        add(
            new Key(meter, tags),
            registry ->
                Gauge.builder(meter.id(), value::getAsDouble)
                    .tags(tags)
                    .baseUnit(meter.unit())
                    .description(meter.description())
                    .register(registry));
  }

  /** Adds a counter, unless it is there; its value must never fall. */
  void counter(DiscoveryMeter meter, Tags tags, DoubleSupplier value) {
    // A registry holds its object weakly: this map is what keeps it.
    Registration unused =
        add(
            new Key(meter, tags),
            registry ->
                FunctionCounter.builder(meter.id(), value, DoubleSupplier::getAsDouble)
                    .tags(tags)
                    .baseUnit(meter.unit())
                    .description(meter.description())
                    .register(registry));
  }

  /** Records a time in the timers of that name, which are made if need be. */
  void record(DiscoveryMeter meter, Tags tags, Duration time) {
    Registration timers =
        add(
            new Key(meter, tags),
            registry ->
                Timer.builder(meter.id())
                    .tags(tags)
                    .description(meter.description())
                    .register(registry));
    for (Meter one : timers.made().values()) {
      if (one instanceof Timer timer) {
        timer.record(time);
      }
    }
  }

  private Registration add(Key key, Function<MeterRegistry, Meter> maker) {
    Registration known = all.get(key);
    return known != null ? known : create(key, maker);
  }

  private synchronized Registration create(Key key, Function<MeterRegistry, Meter> maker) {
    Registration known = all.get(key);
    if (known != null) {
      return known;
    }
    Registration fresh = new Registration(maker, new ConcurrentHashMap<>());
    registries.forEach(registry -> fresh.made().put(registry, maker.apply(registry)));
    all.put(key, fresh);
    return fresh;
  }

  /** Removes a meter, if it is there. */
  synchronized void remove(DiscoveryMeter meter, Tags tags) {
    Registration gone = all.remove(new Key(meter, tags));
    if (gone != null) {
      gone.made().forEach(MeterRegistry::remove);
    }
  }

  /** Removes all meters from all registries. */
  synchronized void clear() {
    all.values().forEach(one -> one.made().forEach(MeterRegistry::remove));
    all.clear();
    registries.clear();
  }
}
