package io.slicewise.discovery.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which slices to write so that they hold the endpoints that they should: the algorithm of {@code
 * k8s.io/endpointslice/reconciler.go}.
 *
 * <p>It changes few slices rather than packing them well: endpoints stay where they are, new ones
 * go into slices that change anyway, then into one with room, and only then into a new slice. A
 * slice that would be deleted is used again for one that would be created.
 */
final class SlicePlan {

  private final int maxEndpoints;
  private final boolean rewriteAll;
  private final List<ManagedSlice> creates = new ArrayList<>();
  private final List<ManagedSlice> updates = new ArrayList<>();
  private final List<ManagedSlice> deletes = new ArrayList<>();

  private SlicePlan(int maxEndpoints, boolean rewriteAll) {
    this.maxEndpoints = maxEndpoints;
    this.rewriteAll = rewriteAll;
  }

  /**
   * @param desired endpoints by the ports that they have
   * @param rewriteAll because something changed that is on every slice
   */
  static SlicePlan of(
      List<ManagedSlice> existing,
      Map<List<SlicePort>, List<SliceEndpoint>> desired,
      int maxEndpoints,
      boolean rewriteAll) {
    SlicePlan plan = new SlicePlan(maxEndpoints, rewriteAll);
    desired.forEach(
        (ports, endpoints) ->
            plan.reconcile(
                ports,
                endpoints,
                existing.stream().filter(slice -> slice.ports().equals(ports)).toList()));
    existing.stream()
        .filter(slice -> !desired.containsKey(slice.ports()))
        .forEach(plan.deletes::add);
    plan.keepOne(existing);
    plan.recycle();
    return plan;
  }

  List<ManagedSlice> creates() {
    return creates;
  }

  List<ManagedSlice> updates() {
    return updates;
  }

  List<ManagedSlice> deletes() {
    return deletes;
  }

  private void reconcile(
      List<SlicePort> ports, List<SliceEndpoint> endpoints, List<ManagedSlice> existing) {
    Map<SliceEndpoint.Identity, SliceEndpoint> left = new LinkedHashMap<>();
    endpoints.forEach(endpoint -> left.put(endpoint.identity(), endpoint));
    List<ManagedSlice> changed = new ArrayList<>();
    List<ManagedSlice> unchanged = new ArrayList<>();
    for (ManagedSlice slice : existing) {
      ManagedSlice kept = slice.with(take(left, slice.endpoints()));
      if (kept.endpoints().isEmpty()) {
        deletes.add(slice);
      } else if (rewriteAll || !kept.equals(slice)) {
        changed.add(kept);
      } else {
        unchanged.add(slice);
      }
    }
    fillFullestFirst(changed, left);
    while (!left.isEmpty()) {
      ManagedSlice roomy = mostFittingWithRoom(unchanged, left.size());
      if (roomy == null) {
        creates.add(new ManagedSlice("", ports, takeUpTo(left, maxEndpoints)));
      } else {
        unchanged.remove(roomy);
        changed.add(filled(roomy, left));
      }
    }
    updates.addAll(changed);
  }

  /** Removes from {@code left} what is in the slice already, as it now is. */
  private static List<SliceEndpoint> take(
      Map<SliceEndpoint.Identity, SliceEndpoint> left, List<SliceEndpoint> present) {
    List<SliceEndpoint> taken = new ArrayList<>();
    for (SliceEndpoint endpoint : present) {
      SliceEndpoint wanted = left.remove(endpoint.identity());
      if (wanted != null) {
        taken.add(wanted);
      }
    }
    return taken;
  }

  private static List<SliceEndpoint> takeUpTo(
      Map<SliceEndpoint.Identity, SliceEndpoint> left, int count) {
    List<SliceEndpoint> taken = left.values().stream().limit(count).toList();
    taken.forEach(endpoint -> left.remove(endpoint.identity()));
    return taken;
  }

  private void fillFullestFirst(
      List<ManagedSlice> changed, Map<SliceEndpoint.Identity, SliceEndpoint> left) {
    changed.sort(Comparator.comparing((ManagedSlice slice) -> -slice.endpoints().size()));
    changed.replaceAll(slice -> left.isEmpty() ? slice : filled(slice, left));
  }

  private ManagedSlice filled(ManagedSlice slice, Map<SliceEndpoint.Identity, SliceEndpoint> left) {
    List<SliceEndpoint> all = new ArrayList<>(slice.endpoints());
    all.addAll(takeUpTo(left, maxEndpoints - all.size()));
    return slice.with(all);
  }

  /** The fullest slice that takes all that is left, null if none does. */
  private @Nullable ManagedSlice mostFittingWithRoom(List<ManagedSlice> slices, int count) {
    ManagedSlice best = null;
    for (ManagedSlice slice : slices) {
      int size = slice.endpoints().size();
      if (size + count <= maxEndpoints && (best == null || size > best.endpoints().size())) {
        best = slice;
      }
    }
    return best;
  }

  /** A Service without an endpoint keeps an empty slice: "it exists", not "no such Service". */
  private void keepOne(List<ManagedSlice> existing) {
    if (existing.size() != deletes.size() || !creates.isEmpty()) {
      return;
    }
    boolean kept =
        deletes.size() == 1
            && deletes.get(0).equals(ManagedSlice.PLACEHOLDER.named(deletes.get(0).name()));
    if (!kept) {
      creates.add(ManagedSlice.PLACEHOLDER);
      return;
    }
    ManagedSlice placeholder = deletes.remove(0);
    if (rewriteAll) {
      updates.add(placeholder);
    }
  }

  private void recycle() {
    while (!creates.isEmpty() && !deletes.isEmpty()) {
      updates.add(creates.remove(0).named(deletes.remove(0).name()));
    }
  }
}
