package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.HashKey;
import io.slicewise.discovery.model.Endpoint;
import java.util.Collection;
import java.util.Map;

/**
 * Chooses by a key: calls of one key go to one zone, and in it to one endpoint, for as long as both
 * are there. Over many keys the zones get their shares exactly. Immutable, thread safe, without
 * allocation.
 *
 * <p>The zone is that with the least {@code -ln(u) / share}, where u is a number between 0 and 1
 * made of key and zone: a change of the shares moves only the keys that it must. Source: weighted
 * rendezvous hashing, C. Schindelhauer, G. Schomaker, "Weighted Distributed Hash Tables", SPAA
 * 2005. Callers in one zone, which have the same shares, agree on the zone of a key.
 */
final class KeyedPicker {

  private final long[] names;
  private final double[] shares;
  private final Choice[] choices;

  /**
   * Creates a picker.
   *
   * @param choices the choice in each zone; one of them has a share
   * @param shares the share of each zone in the order of {@code zones}
   */
  KeyedPicker(Collection<String> zones, Map<String, Choice> choices, double[] shares) {
    this.names = new long[shares.length];
    this.choices = new Choice[shares.length];
    this.shares = shares;
    int next = 0;
    for (String zone : zones) {
      this.names[next] = HashKey.of(zone);
      this.choices[next++] = requireNonNull(choices.get(zone));
    }
  }

  Endpoint pick(long key) {
    int best = 0;
    if (choices.length > 1) {
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < choices.length; i++) {
        if (shares[i] > 0) {
          double u = ((HashKey.mix(key ^ names[i]) >>> 11) + 0.5) * 0x1p-53;
          double distance = -Math.log(u) / shares[i];
          if (distance < least) {
            least = distance;
            best = i;
          }
        }
      }
    }
    return choices[best].ring().pick(key);
  }
}
