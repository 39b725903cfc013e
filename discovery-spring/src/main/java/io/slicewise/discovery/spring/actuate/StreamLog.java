package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens to the streams, and remembers the last word on each. It keeps an entry for
 * each namespace in which a Service was ever followed, as discovery itself does. Thread safe.
 */
final class StreamLog implements DiscoveryObserver {

  /** What is counted by its cause. */
  enum Event {
    END,
    RELIST,
    FAILURE
  }

  /** Something that was said, and when. */
  private record Word(String text, Instant at) {}

  /** One namespace; written by its writer, read by anybody. */
  private static final class Namespace {
    final AtomicInteger open = new AtomicInteger();
    final List<AtomicLongArray> counts = counters(); // by event, then by cause
    volatile @Nullable Word lastEnd;
    volatile @Nullable Word lastFailure;

    void count(Event event, String text) {
      counts.get(event.ordinal()).incrementAndGet(Cause.of(text).ordinal());
    }

    Map<String, Long> counts(Event event) {
      Map<String, Long> byCause = new TreeMap<>();
      for (Cause cause : Cause.values()) {
        long count = counts.get(event.ordinal()).get(cause.ordinal());
        if (count > 0) {
          byCause.put(cause.tag(), count);
        }
      }
      return byCause;
    }
  }

  private final InstantSource clock;
  private final Map<String, Namespace> namespaces = new ConcurrentSkipListMap<>();

  StreamLog(InstantSource clock) {
    this.clock = clock;
  }

  private static List<AtomicLongArray> counters() {
    return Stream.generate(() -> new AtomicLongArray(Cause.values().length))
        .limit(Event.values().length)
        .toList();
  }

  @Override
  public void onStreamOpened(String namespace, SortedSet<String> services) {
    of(namespace).open.incrementAndGet();
  }

  @Override
  public void onStreamEnded(String namespace, String reason, Duration lived) {
    Namespace of = of(namespace);
    of.open.decrementAndGet();
    of.count(Event.END, reason);
    of.lastEnd = new Word(reason, clock.instant());
  }

  @Override
  public void onRelisted(String namespace, String reason) {
    of(namespace).count(Event.RELIST, reason);
  }

  @Override
  public void onFailure(String namespace, String problem, Duration delay) {
    Namespace of = of(namespace);
    of.count(Event.FAILURE, problem);
    of.lastFailure = new Word(problem, clock.instant());
  }

  private Namespace of(String namespace) {
    return namespaces.computeIfAbsent(namespace, name -> new Namespace());
  }

  /** The namespaces that were ever followed. */
  List<String> namespaces() {
    return List.copyOf(namespaces.keySet());
  }

  /** The number of watches that are open in a namespace. */
  int open(String namespace) {
    return of(namespace).open.get();
  }

  /** How often something happened, in all namespaces. */
  long count(Event event, Cause cause) {
    long sum = 0;
    for (Namespace namespace : namespaces.values()) {
      sum += namespace.counts.get(event.ordinal()).get(cause.ordinal());
    }
    return sum;
  }

  /** Returns what there is to say of each namespace, by name. */
  List<StreamReport> reports() {
    return namespaces.entrySet().stream()
        .map(entry -> report(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static StreamReport report(String name, Namespace namespace) {
    Word end = namespace.lastEnd;
    Word failure = namespace.lastFailure;
    return new StreamReport(
        name,
        namespace.open.get(),
        namespace.counts(Event.END),
        namespace.counts(Event.RELIST),
        namespace.counts(Event.FAILURE),
        end == null ? null : end.text(),
        end == null ? null : end.at().toEpochMilli(),
        failure == null ? null : failure.text(),
        failure == null ? null : failure.at().toEpochMilli());
  }
}
