package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointLoad;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the calls to one target by zone, from what its endpoints count anyway: a call costs
 * nothing more. An endpoint that has gone is looked after for a while, because who picked it before
 * may still call it. Confined to the owner's lock.
 */
final class CallCounts {

  /** How long after an endpoint has gone calls to it are counted. */
  static final Duration LAST_LOOKS = Duration.ofMinutes(5);

  private static final long COUNTER = 0xffff_ffffL; // an endpoint counts modulo 2^32

  /**
   * Where calls went.
   *
   * @param zone the endpoint's zone, or empty
   * @param locality whether that is the caller's own
   */
  record Place(String zone, Locality locality) {}

  /** Whether a call stays in the caller's zone. */
  enum Locality {
    OWN_ZONE,
    OTHER_ZONE,
    UNKNOWN;

    static Locality of(String zone, @Nullable String own) {
      if (own == null || zone.isEmpty()) {
        return UNKNOWN;
      }
      return zone.equals(own) ? OWN_ZONE : OTHER_ZONE;
    }
  }

  /** What was last seen of an endpoint. */
  private static final class Seen {
    final String zone;
    long started;
    long at;

    Seen(String zone) {
      this.zone = zone;
    }
  }

  private final Map<EndpointLoad, Seen> seen = new HashMap<>();
  private final Map<Place, Long> totals = new HashMap<>();

  /** Takes note that an endpoint is, or was a moment ago, there. */
  void see(Endpoint endpoint, long now) {
    if (endpoint.started() > 0) { // the load of one that is never called need not be made
      seen.computeIfAbsent(
                  endpoint.load(),
                  load -> new Seen(Objects.requireNonNullElse(endpoint.zone(), "")))
              .at =
          now;
    }
  }

  /** Adds what was started since the last time. */
  void count(@Nullable String ownZone, long now) {
    seen.forEach(
        (load, last) -> {
          long started = load.started();
          long more = (started - last.started) & COUNTER;
          if (more > 0 && more <= Integer.MAX_VALUE) { // more is a look between two writes
            last.started = started;
            totals.merge(new Place(last.zone, Locality.of(last.zone, ownZone)), more, Long::sum);
          }
        });
    seen.values().removeIf(last -> now - last.at > LAST_LOOKS.toNanos());
  }

  /** The calls so far, by where they went. */
  Map<Place, Long> totals() {
    return totals;
  }

  /** The number of calls in flight. */
  long active() {
    long sum = 0;
    for (EndpointLoad load : seen.keySet()) {
      sum += load.inFlight();
    }
    return sum;
  }
}
