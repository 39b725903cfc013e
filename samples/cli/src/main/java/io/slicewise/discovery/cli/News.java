package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.util.HashMap;
import java.util.Map;

/** Tells what a view says that the last one of its target did not. */
final class News {

  /** What is new about a view. */
  enum Kind {
    /** Nothing. */
    NONE,
    /** How calls spread, over the same endpoints in the same state. */
    ROUTING,
    /** The endpoints or the state. */
    CONTENT
  }

  /**
   * What is new about a view.
   *
   * @param kind the most that is new
   * @param before how calls were spread before; {@link Routing#NONE} for a target's first view
   */
  record Item(Kind kind, Routing before) {}

  private static final Item NOTHING = new Item(Kind.NONE, Routing.NONE);

  private record Seen(long revision, SyncState state, Routing routing) {}

  private final Map<ServiceTarget, Seen> last = new HashMap<>();

  /** Returns what is new about a view, which counts as known from then on. */
  Item of(ServiceView view) {
    if (view.state() == SyncState.PENDING) {
      return NOTHING;
    }
    Seen now = new Seen(view.revision(), view.state(), view.routing());
    Seen before = last.getOrDefault(view.target(), new Seen(0, SyncState.PENDING, Routing.NONE));
    if (now.equals(before) || now.revision() < before.revision()) {
      return NOTHING;
    }
    last.put(view.target(), now);
    boolean content = now.revision() != before.revision() || now.state() != before.state();
    return new Item(content ? Kind.CONTENT : Kind.ROUTING, before.routing());
  }
}
