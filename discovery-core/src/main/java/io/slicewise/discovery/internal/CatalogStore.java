package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceTarget;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Services of one namespace by name, each with the number of its slices, and of each slice no
 * more than its name and its Service. Confined to the writer.
 */
final class CatalogStore {

  /** A Service and how many slices name it. */
  private static final class Member {
    final String service;
    int slices;

    Member(String service) {
      this.service = service;
    }
  }

  private final Map<String, Member> bySlice = new HashMap<>();
  private final TreeMap<String, Member> byService = new TreeMap<>();

  /** Replaces everything. */
  void replace(Collection<EndpointSlice> slices) {
    clear();
    slices.forEach(this::put);
  }

  /** Adds or changes a slice; returns whether a Service came or went by that. */
  boolean put(EndpointSlice slice) {
    String service = slice.service();
    Member old = bySlice.get(slice.name());
    if (old != null && old.service.equals(service)) {
      return false;
    }
    boolean changed = delete(slice.name());
    Member member = byService.get(service);
    if (member == null) {
      if (!ServiceTarget.isName(service)) {
        return changed; // a slice of no Service, or of one that cannot be
      }
      member = new Member(service);
      byService.put(service, member);
      changed = true;
    }
    bySlice.put(slice.name(), member);
    member.slices++;
    return changed;
  }

  /** Removes a slice; returns whether its Service went with it. */
  boolean delete(String slice) {
    Member member = bySlice.remove(slice);
    if (member == null || --member.slices > 0) {
      return false;
    }
    byService.remove(member.service);
    return true;
  }

  /** Forgets everything. */
  void clear() {
    bySlice.clear();
    byService.clear();
  }

  /** Returns the names of the Services as they are now. */
  SortedSet<String> services() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(byService.navigableKeySet()));
  }
}
