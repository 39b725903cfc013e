package io.slicewise.discovery.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The last requests, in the order of their arrival. Thread safe. */
final class RequestLog {

  private static final int CAPACITY = 10_000;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(); // guarded by this

  /** A place in the log, whose status comes later. */
  static final class Entry {
    private volatile RecordedRequest request;

    private Entry(RecordedRequest request) {
      this.request = request;
    }

    void answered(int status) {
      request = request.withStatus(status);
    }
  }

  synchronized Entry add(RecordedRequest request) {
    if (entries.size() == CAPACITY) {
      entries.removeFirst();
    }
    Entry entry = new Entry(request);
    entries.add(entry);
    return entry;
  }

  synchronized List<RecordedRequest> requests() {
    List<RecordedRequest> requests = new ArrayList<>(entries.size());
    entries.forEach(entry -> requests.add(entry.request));
    return List.copyOf(requests);
  }

  synchronized void clear() {
    entries.clear();
  }
}
