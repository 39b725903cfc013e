package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.SliceDecoder;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.testkit.FakeClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * One Service, followed by a real {@link ServiceDiscovery} that runs on the caller's thread and on
 * a clock that stands still: when a method here returns, the view is published.
 */
final class HeldService implements AutoCloseable {

  /** A change that no other one follows is told so long after it came. */
  private static final Duration SETTLE_WINDOW = Duration.ofMillis(50);

  private static final int FIRST_VERSION = 1000;

  private final FakeClock clock = new FakeClock();
  private final PushSource source = new PushSource();
  private final SliceDecoder decoder = new SliceDecoder();
  private final ServiceDiscovery discovery =
      ServiceDiscovery.builder()
          .source(source)
          .namespace(Fleet.NAMESPACE)
          .family(AddressType.IPV4)
          .scheduler(clock)
          .listenerExecutor(clock)
          .clock(clock::nanoTime, clock)
          .connectJitter(Duration.ZERO)
          .build();
  private final ServiceWatch watch = discovery.watch(Fleet.SERVICE + ":grpc");

  /** Follows a Service up to its first complete list. */
  HeldService(Fleet fleet) {
    this(added(fleet), fleet.endpoints());
  }

  /**
   * Follows a Service up to its first complete list.
   *
   * @param added the events that tell of its slices
   * @param endpoints how many eligible ones they have
   */
  HeldService(List<byte[]> added, int endpoints) {
    clock.runDueTasks();
    for (byte[] event : added) {
      source.push(decode(event));
    }
    source.push(SliceEvent.bookmark(Long.toString(FIRST_VERSION + added.size()), true));
    clock.runDueTasks();
    if (watch.view().eligible().size() != endpoints) {
      throw new IllegalStateException(watch.view().toString());
    }
  }

  private static List<byte[]> added(Fleet fleet) {
    return IntStream.range(0, fleet.slices())
        .mapToObj(slice -> fleet.event("ADDED", slice, FIRST_VERSION + slice, Fleet.READY))
        .toList();
  }

  ServiceWatch watch() {
    return watch;
  }

  /** What follows it. */
  ServiceDiscovery discovery() {
    return discovery;
  }

  /** Decodes an event as the stream's reader does. */
  SliceEvent decode(byte[] event) {
    try {
      return Objects.requireNonNull(decoder.decodeEvent(event, 0, event.length));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hands an event over and lets the writer do all that cannot wait. */
  void deliver(SliceEvent event) {
    source.push(event);
    clock.runDueTasks();
  }

  /** Lets the settle window pass. */
  void settle() {
    pass(SETTLE_WINDOW);
  }

  /** Lets some time pass. */
  void pass(Duration time) {
    clock.advance(time);
  }

  /** What holds a followed Service in memory. */
  Object[] roots() {
    return new Object[] {discovery, watch, source};
  }

  /** What the reader of its stream remembers. */
  Object reader() {
    return decoder;
  }

  @Override
  public void close() {
    watch.close();
    discovery.close();
    clock.runDueTasks();
  }
}
