package io.slicewise.discovery.policy;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the callers of a Service, which this process is one of, spread over zones: what share of all
 * calls comes from each.
 *
 * @param shares the share of each zone, adding up to 1; empty where it is not known
 * @param source where that comes from, or why it is not known, for people
 */
public record Callers(Map<String, Double> shares, String source) {

  /** Nothing is known. */
  public static final Callers UNKNOWN = unknown("unknown");

  /**
   * Creates caller shares; they are scaled to add up to 1.
   *
   * @param shares for each zone a number, zero or more, not all zero; or nothing
   */
  public Callers {
    requireNonNull(source, "source");
    double sum = 0;
    for (Map.Entry<String, Double> share : shares.entrySet()) {
      if (share.getKey().isBlank()) {
        throw new IllegalArgumentException(
            "zone: \""
                + share.getKey()
                + "\" (expected: a name; endpoints without a zone have no"
                + " callers)");
      }
      double value = share.getValue();
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            "share of " + share.getKey() + ": " + value + " (expected: 0 or more)");
      }
      sum += value;
    }
    if (!shares.isEmpty() && (sum == 0 || Double.isInfinite(sum))) {
      throw new IllegalArgumentException("shares: " + shares + " (expected: a sum above 0)");
    }
    TreeMap<String, Double> scaled = new TreeMap<>();
    for (Map.Entry<String, Double> share : shares.entrySet()) {
      scaled.put(share.getKey(), share.getValue() / sum);
    }
    shares = Collections.unmodifiableSortedMap(scaled);
  }

  /** Returns that nothing is known, and why. */
  public static Callers unknown(String why) {
    return new Callers(Map.of(), why);
  }

  /** Whether anything is known. */
  public boolean isKnown() {
    return !shares.isEmpty();
  }

  /** Returns the share of a zone, 0 where it is not among them. */
  public double share(String zone) {
    return shares.getOrDefault(zone, 0.0);
  }

  /**
   * Returns why these shares cannot be relied on by a caller in a zone, or null if they can. A list
   * of callers that does not know this one is about somebody else, or out of date; one zone alone
   * is what a list looks like before it is complete.
   */
  public @Nullable String doubt(String ownZone) {
    if (!isKnown()) {
      return source;
    }
    if (share(ownZone) <= 0) {
      return source + " has no caller in the own zone " + ownZone;
    }
    int zones = 0;
    for (double share : shares.values()) {
      zones += share > 0 ? 1 : 0;
    }
    return zones < 2 ? source + " is in one zone only" : null;
  }
}
