package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All known endpoints of a target with a verdict on each: in, with a share of the calls, or out,
 * with the reason. Immutable.
 *
 * <p>Stored by column, because a Service may have thousands of endpoints and most have the same
 * verdict.
 */
public final class Selection {

  /** Nothing is known. */
  public static final Selection EMPTY = of(List.of(), new OutReason[0]);

  private final List<Endpoint> endpoints;
  private final OutReason @Nullable [] outs; // null: all are in
  private final List<Endpoint> eligible;

  private Selection(
      List<Endpoint> endpoints, OutReason @Nullable [] outs, List<Endpoint> eligible) {
    this.endpoints = endpoints;
    this.outs = outs;
    this.eligible = eligible;
  }

  /**
   * Returns a selection in which every endpoint that is in has the same share.
   *
   * @param outs for each endpoint the reason why it is out, or null where it is in
   */
  public static Selection of(List<Endpoint> endpoints, @Nullable OutReason[] outs) {
    requireNonNull(endpoints, "endpoints");
    if (outs.length != endpoints.size()) {
      throw new IllegalArgumentException(
          "outs: " + outs.length + " (expected: " + endpoints.size() + ", one for each endpoint)");
    }
    List<Endpoint> all = List.copyOf(endpoints);
    int in = 0;
    for (OutReason out : outs) {
      in += out == null ? 1 : 0;
    }
    if (in == all.size()) {
      return new Selection(all, null, all);
    }
    List<Endpoint> eligible = new ArrayList<>(in);
    for (int i = 0; i < outs.length; i++) {
      if (outs[i] == null) {
        eligible.add(all.get(i));
      }
    }
    return new Selection(all, outs.clone(), List.copyOf(eligible));
  }

  /** All endpoints, in or out, each address and port once. */
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /** The endpoints that may be picked. */
  public List<Endpoint> eligible() {
    return eligible;
  }

  /** Why the endpoint at {@code index} of {@link #endpoints()} is out, or null when it is in. */
  public @Nullable OutReason out(int index) {
    return outs == null ? null : outs[index];
  }

  /** Returns for each endpoint why it is out, or null where it is in; a copy. */
  public @Nullable OutReason[] outs() {
    return outs == null ? new OutReason[endpoints.size()] : outs.clone();
  }

  /**
   * The probability that the next pick is the endpoint at {@code index} of {@link #endpoints()}, if
   * no call is in flight. All shares add up to 1 unless nothing is eligible.
   */
  public double share(int index) {
    return out(index) == null ? 1.0 / eligible.size() : 0.0;
  }

  /** Whether both say the same of the same endpoints, in whatever order. */
  public boolean sameContent(Selection other) {
    if (endpoints.size() != other.endpoints.size()) {
      return false;
    }
    for (int i = 0; i < endpoints.size(); i++) {
      Endpoint mine = endpoints.get(i);
      Endpoint theirs = other.endpoints.get(i);
      if (!mine.sameContent(theirs) || out(i) != other.out(i)) {
        // The same endpoint with other content is a change; another one may be a mere move.
        return !mine.equals(theirs) && sameInOtherOrder(other);
      }
    }
    return true;
  }

  private boolean sameInOtherOrder(Selection other) {
    Map<Endpoint, Integer> places = new HashMap<>(2 * endpoints.size());
    for (int i = 0; i < endpoints.size(); i++) {
      places.put(endpoints.get(i), i);
    }
    for (int i = 0; i < other.endpoints.size(); i++) {
      Integer mine = places.remove(other.endpoints.get(i));
      if (mine == null
          || !endpoints.get(mine).sameContent(other.endpoints.get(i))
          || out(mine) != other.out(i)) {
        return false;
      }
    }
    return places.isEmpty();
  }
}
