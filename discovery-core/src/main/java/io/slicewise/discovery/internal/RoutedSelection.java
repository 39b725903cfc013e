package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Selection;
import io.slicewise.discovery.policy.Verdicts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts on a target's endpoints for one client. Immutable; what few ask for is worked out
 * when it is asked for.
 */
final class RoutedSelection implements Selection {

  /**
   * One zone as it was routed.
   *
   * @param share its part of the calls
   * @param endpoints how many get them
   * @param weight the sum of the weights of these
   * @param kept these, or null if they are all that could
   */
  record ZoneWeight(double share, int endpoints, double weight, @Nullable Set<Endpoint> kept) {}

  private final Verdicts verdicts;
  private final Set<Endpoint> ejected;
  private final Map<String, ZoneWeight> zones;
  private final Map<Endpoint, Double> starting; // the part of its weight that each new one has
  private final Map<String, Set<Endpoint>> kept; // of the zones that keep to some
  private volatile @Nullable List<Endpoint> eligible;

  RoutedSelection(
      Verdicts verdicts,
      Set<Endpoint> ejected,
      Map<String, ZoneWeight> zones,
      Map<Endpoint, Double> starting) {
    this.verdicts = verdicts;
    this.ejected = ejected;
    this.zones = zones;
    this.starting = starting;
    Map<String, Set<Endpoint>> some = new HashMap<>();
    zones.forEach(
        (name, zone) -> {
          if (zone.kept() != null) {
            some.put(name, zone.kept());
          }
        });
    this.kept = some;
  }

  Verdicts verdicts() {
    return verdicts;
  }

  Set<Endpoint> ejected() {
    return ejected;
  }

  /** Returns the part of its weight that an endpoint has; below 1 while it is new. */
  double youth(Endpoint endpoint) {
    return starting.getOrDefault(endpoint, 1.0);
  }

  @Override
  public List<Endpoint> endpoints() {
    return verdicts.endpoints();
  }

  @Override
  public List<Endpoint> eligible() {
    List<Endpoint> known = eligible;
    if (known == null) {
      List<Endpoint> all = endpoints();
      List<Endpoint> in = new ArrayList<>(all.size());
      for (int i = 0; i < all.size(); i++) {
        if (out(i) == null) {
          in.add(all.get(i));
        }
      }
      known = in.size() == all.size() ? all : Collections.unmodifiableList(in);
      eligible = known;
    }
    return known;
  }

  @Override
  public @Nullable OutReason out(int index) {
    OutReason out = verdicts.out(index);
    if (out == null && !ejected.isEmpty() && ejected.contains(endpoints().get(index))) {
      return OutReason.EJECTED;
    }
    return out == null && !kept.isEmpty() && isLeftOut(endpoints().get(index))
        ? OutReason.SUBSET
        : out;
  }

  private boolean isLeftOut(Endpoint endpoint) {
    Set<Endpoint> some = kept.get(Verdicts.zoneOf(endpoint));
    return some != null && !some.contains(endpoint);
  }

  @Override
  public double weight(int index) {
    return verdicts.weight(index);
  }

  @Override
  public double share(int index) {
    if (out(index) != null) {
      return 0;
    }
    Endpoint endpoint = endpoints().get(index);
    ZoneWeight zone = Objects.requireNonNull(zones.get(Verdicts.zoneOf(endpoint)));
    return zone.share() * verdicts.weight(index) * youth(endpoint) / zone.weight();
  }

  /** Whether new endpoints have as much of their weight here as there. */
  boolean sameWeights(Selection other) {
    return starting.equals(other instanceof RoutedSelection that ? that.starting : Map.of());
  }

  /** Whether both say the same of the same endpoints; the shares may differ. */
  boolean sameContent(Selection other) {
    return other instanceof RoutedSelection that
        && (verdicts == that.verdicts || verdicts.sameContent(that.verdicts))
        && ejected.equals(that.ejected)
        && kept.equals(that.kept);
  }
}
