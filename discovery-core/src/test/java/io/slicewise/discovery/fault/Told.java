package io.slicewise.discovery.fault;

import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the SDK tells its observer: failures with the wait that follows, and lists with reasons. */
final class Told implements DiscoveryObserver {

  /** A failed request, and how long it is until the next. */
  record Failure(String problem, Duration pause) {}

  private final List<Failure> failures = new CopyOnWriteArrayList<>();
  private final List<String> lists = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();

  @Override
  public void onFailure(String namespace, String problem, Duration delay) {
    failures.add(new Failure(problem, delay));
  }

  @Override
  public void onStreamOpened(String namespace, SortedSet<String> services) {
    streams.incrementAndGet();
  }

  @Override
  public void onStreamEnded(String namespace, String reason, Duration lived) {
    ends.add(reason);
  }

  @Override
  public void onRelisted(String namespace, String reason) {
    lists.add(reason);
  }

  /** How many watches the server has accepted so far. */
  int streams() {
    return streams.get();
  }

  /** Why watches are over that were open. */
  List<String> ends() {
    return List.copyOf(ends);
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** Why there were complete lists; the first is {@code start}. */
  List<String> lists() {
    return List.copyOf(lists);
  }
}
