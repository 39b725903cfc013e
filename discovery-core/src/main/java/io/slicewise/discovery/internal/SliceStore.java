package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ResourceVersions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * The slices of one namespace by name, and by the Service that their label names. Confined to the
 * writer.
 *
 * <p>Slices are kept whole and by name because endpoints move between slices: kube-proxy's reason
 * for the same ({@code pkg/proxy/endpointslicecache.go}). Each method returns the Services whose
 * slices changed.
 */
final class SliceStore {

  private static final Comparator<EndpointSlice> BY_NAME =
      Comparator.comparing(EndpointSlice::name);

  private final Map<String, EndpointSlice> byName = new HashMap<>();
  private final Map<String, List<EndpointSlice>> byService = new HashMap<>(); // sorted by name

  /** The slices of a Service in the order of their names; a live view, for the writer. */
  List<EndpointSlice> slices(String service) {
    return Collections.unmodifiableList(byService.getOrDefault(service, List.of()));
  }

  boolean contains(String service) {
    return byService.containsKey(service);
  }

  /**
   * Replaces all slices of some Services; none of theirs that is missing here exists any more.
   *
   * @param services the Services that were asked for; empty for all
   */
  Set<String> replace(SortedSet<String> services, Collection<EndpointSlice> slices) {
    Set<String> present = new HashSet<>();
    slices.forEach(slice -> present.add(slice.name()));
    Set<String> changed = new HashSet<>();
    for (String service : services.isEmpty() ? List.copyOf(byService.keySet()) : services) {
      for (EndpointSlice old : List.copyOf(byService.getOrDefault(service, List.of()))) {
        if (!present.contains(old.name())) {
          remove(old);
          changed.add(service);
        }
      }
    }
    for (EndpointSlice slice : slices) {
      EndpointSlice old = byName.get(slice.name());
      if (old != null && !isOurs(old, services) && isNewer(old, slice)) {
        continue; // relabelled since, and another stream was quicker to say so
      }
      // By content: after a restore of etcd, versions are used again. A first list has nothing to
      // compare, and need not have the JVM make equals() of a record: see SlicePort.
      if (old == null || !slice.equals(old)) {
        put(slice, changed);
      }
    }
    return changed;
  }

  private static boolean isOurs(EndpointSlice slice, SortedSet<String> services) {
    return services.isEmpty() || services.contains(slice.service());
  }

  private static boolean isNewer(EndpointSlice slice, EndpointSlice than) {
    return ResourceVersions.isOlder(than.resourceVersion(), slice.resourceVersion());
  }

  /** Adds or changes a slice, unless a newer version of it is here already. */
  void upsert(EndpointSlice slice, Set<String> changed) {
    EndpointSlice old = byName.get(slice.name());
    if (old != null
        && (old.resourceVersion().equals(slice.resourceVersion())
            || ResourceVersions.isOlder(slice.resourceVersion(), old.resourceVersion()))) {
      return; // a replay, after two streams were merged
    }
    put(slice, changed);
  }

  /**
   * Removes a slice, unless what is here is newer, or is the same version under another Service:
   * then the slice was relabelled, and another stream was quicker to say so.
   */
  void delete(EndpointSlice deleted, Set<String> changed) {
    EndpointSlice old = byName.get(deleted.name());
    if (old == null || ResourceVersions.isOlder(deleted.resourceVersion(), old.resourceVersion())) {
      return;
    }
    boolean relabelled =
        old.resourceVersion().equals(deleted.resourceVersion())
            && !old.service().equals(deleted.service());
    if (!relabelled) {
      remove(old);
      changed.add(old.service());
    }
  }

  /** Forgets the slices of a Service that nobody follows any more. */
  void forget(String service) {
    List<EndpointSlice> slices = byService.remove(service);
    if (slices != null) {
      slices.forEach(slice -> byName.remove(slice.name()));
    }
  }

  /** Forgets everything. */
  void clear() {
    byName.clear();
    byService.clear();
  }

  private void put(EndpointSlice slice, Set<String> changed) {
    EndpointSlice old = byName.get(slice.name());
    if (old != null) {
      changed.add(old.service());
    }
    if (old != null && !old.service().equals(slice.service())) {
      remove(old);
    }
    if (slice.service().isEmpty()) {
      return; // a slice of no Service is nobody's
    }
    byName.put(slice.name(), slice);
    List<EndpointSlice> slices =
        byService.computeIfAbsent(slice.service(), service -> new ArrayList<>());
    int at = find(slices, slice);
    if (at >= 0) {
      slices.set(at, slice);
    } else {
      slices.add(-at - 1, slice);
    }
    changed.add(slice.service());
  }

  private void remove(EndpointSlice slice) {
    byName.remove(slice.name());
    List<EndpointSlice> slices = byService.getOrDefault(slice.service(), List.of());
    int at = find(slices, slice);
    if (at >= 0) {
      slices.remove(at);
    }
    if (slices.isEmpty()) {
      byService.remove(slice.service());
    }
  }

  /** Returns the place of the slice of this name, or {@code -at - 1} for where it belongs. */
  private static int find(List<EndpointSlice> slices, EndpointSlice slice) {
    return Collections.binarySearch(slices, slice, BY_NAME);
  }
}
