package io.slicewise.discovery.source;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import java.time.Duration;
import java.util.SortedSet;

/**
 * Hears how watching goes, for metrics and logs. All methods do nothing unless overridden. They run
 * on discovery's writer threads: they must be quick and must not block. What they throw is logged
 * and changes nothing.
 */
public interface DiscoveryObserver {

  /** Hears nothing. */
  DiscoveryObserver NONE = new DiscoveryObserver() {};

  /** The server accepted a watch. */
  default void onStreamOpened(String namespace, SortedSet<String> services) {}

  /**
   * A watch that was open is over.
   *
   * @param reason why, in one line
   * @param lived how long it was open
   */
  default void onStreamEnded(String namespace, String reason, Duration lived) {}

  /** A complete list replaced what was known, because of {@code reason}. */
  default void onRelisted(String namespace, String reason) {}

  /**
   * A request failed; the next one follows after {@code delay}.
   *
   * @param problem what went wrong and what to do about it
   */
  default void onFailure(String namespace, String problem, Duration delay) {}

  /** A view was published: other content, or another state. */
  default void onPublished(ServiceView view) {}

  /**
   * One client has left an endpoint out because its calls failed.
   *
   * @param length how long it stays out before a call is tried, zero where that is due now
   */
  default void onEjected(ServiceTarget target, Endpoint endpoint, Duration length) {}

  /** An endpoint that was left out is so no more: it is well again, or gone. */
  default void onReadmitted(ServiceTarget target, Endpoint endpoint) {}
}
