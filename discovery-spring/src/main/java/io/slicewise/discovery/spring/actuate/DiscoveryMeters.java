package io.slicewise.discovery.spring.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.spring.actuate.StreamLog.Event;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of discovery, for every registry that they are bound to. Most are worked out when they
 * are read, once a second at most; calls cost nothing more, and a view is only taken note of.
 *
 * <p>A target's meters come with its first view. Its gauges go when nobody follows it any more, its
 * counters some minutes later, so that they go on where they were if somebody is soon back. Thread
 * safe.
 */
final class DiscoveryMeters implements DiscoveryObserver, MeterBinder, AutoCloseable {

  private static final Duration OLDEST = Duration.ofSeconds(1);

  private final StreamLog streams;
  private final Duration keep;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final Registrations registrations = new Registrations();
  private final Map<String, TargetMeters> targets = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock(); // writers only try it
  private volatile @Nullable ServiceDiscovery discovery;
  private volatile Map<SyncState, Integer> states = Map.of();
  private volatile long scannedAt;

  /**
   * Creates meters that are bound to no registry.
   *
   * @param streams where the events of streams are counted
   * @param linger how long discovery keeps a Service that nobody follows any more
   * @param nanoTime a clock that only goes forward
   * @param clock the time of day
   */
  DiscoveryMeters(StreamLog streams, Duration linger, LongSupplier nanoTime, InstantSource clock) {
    this.streams = streams;
    this.keep = CallCounts.LAST_LOOKS.plus(linger);
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.scannedAt = nanoTime.getAsLong() - OLDEST.toNanos();
    for (SyncState state : EnumSet.complementOf(EnumSet.of(SyncState.CLOSED))) {
      registrations.gauge(
          DiscoveryMeter.WATCHES,
          Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
          () -> {
            refresh();
            return states.getOrDefault(state, 0);
          });
    }
    for (Cause cause : Cause.values()) {
      Tags reason = Tags.of("reason", cause.tag());
      if (cause != Cause.START) {
        count(DiscoveryMeter.STREAM_ENDS, reason, Event.END, cause);
      }
      if (cause != Cause.ROTATED && cause != Cause.RETIRED) {
        count(DiscoveryMeter.RELISTS, reason, Event.RELIST, cause);
        if (cause != Cause.START) {
          count(DiscoveryMeter.FAILURES, reason, Event.FAILURE, cause);
        }
      }
    }
  }

  private void count(DiscoveryMeter meter, Tags reason, Event event, Cause cause) {
    registrations.counter(meter, reason, () -> streams.count(event, cause));
  }

  /** Says whose meters these are; what is observed before that is not lost. */
  void follow(ServiceDiscovery discovery) {
    this.discovery = discovery;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    registrations.bind(registry);
  }

  @Override
  public void onPublished(ServiceView view) {
    long now = nanoTime.getAsLong();
    TargetMeters meters = meters(view.target());
    meters.onPublished(view, now);
    if (meters.isUrgent(now) && lock.tryLock()) { // who holds it will see the view
      try {
        meters.scanSoon(view, now);
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void onEjected(ServiceTarget target, Endpoint endpoint, Duration length) {
    meters(target).onEjected();
  }

  private TargetMeters meters(ServiceTarget target) {
    // A pod of a Service is followed as its Service is: they count the same calls.
    ServiceTarget whole =
        new ServiceTarget(null, target.service(), target.namespace(), target.port());
    return targets.computeIfAbsent(
        whole.toString(),
        name -> new TargetMeters(name, registrations, clock, this::refresh, nanoTime.getAsLong()));
  }

  private void refresh() {
    if (nanoTime.getAsLong() - scannedAt < OLDEST.toNanos()) {
      return;
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (now - scannedAt >= OLDEST.toNanos()) {
        scannedAt = now; // first: a registry may read a meter while it takes it in
        scan(now);
      }
    } finally {
      lock.unlock();
    }
  }

  private void scan(long now) {
    ServiceDiscovery from = discovery;
    Map<TargetMeters, List<ServiceView>> current = new HashMap<>();
    Map<SyncState, Integer> counts = new HashMap<>();
    for (ServiceView view : from == null ? List.<ServiceView>of() : from.views()) {
      if (view.state() != SyncState.CLOSED) {
        current.computeIfAbsent(meters(view.target()), meters -> new ArrayList<>()).add(view);
        counts.merge(view.state(), 1, Integer::sum);
      }
    }
    states = Map.copyOf(counts);
    targets
        .values()
        .removeIf(
            meters -> {
              List<ServiceView> views = current.getOrDefault(meters, List.of());
              meters.scan(views, now);
              boolean over = views.isEmpty() && now - meters.followedAt() > keep.toNanos();
              if (over) {
                meters.remove();
              }
              return over;
            });
    for (String namespace : streams.namespaces()) {
      registrations.gauge(
          DiscoveryMeter.STREAMS,
          Tags.of("watched.namespace", namespace),
          () -> streams.open(namespace));
    }
  }

  /** Removes all meters from all registries. */
  @Override
  public void close() {
    registrations.clear();
  }
}
