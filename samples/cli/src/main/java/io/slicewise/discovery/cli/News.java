package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.util.HashMap;
import java.util.Map;

/** Tells views with other content or another state than the last from the rest. */
final class News {

  private record Seen(long revision, SyncState state) {}

  private final Map<ServiceTarget, Seen> last = new HashMap<>();

  /** Whether the view says something that the last one of its target did not. */
  boolean isNews(ServiceView view) {
    if (view.state() == SyncState.PENDING) {
      return false;
    }
    Seen now = new Seen(view.revision(), view.state());
    Seen before = last.get(view.target());
    if (now.equals(before) || (before != null && now.revision() < before.revision())) {
      return false;
    }
    last.put(view.target(), now);
    return true;
  }
}
