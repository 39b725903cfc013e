package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.SliceEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * All endpoints of a Service by their place (address and port), the same place possibly several
 * times: so that a changed slice is compared with the others at the cost of its own size. Confined
 * to the writer.
 *
 * <p>Open addressing with linear probing and removal by shifting back (Knuth, TAOCP vol. 3, 6.4,
 * algorithm R): a hash map's nodes would cost more memory than the rest of an endpoint's view.
 */
final class PlaceIndex {

  private static final int SMALLEST = 16;

  private @Nullable Endpoint[] table = new Endpoint[SMALLEST];
  private int size;
  private int duplicates; // entries beyond the first of their place

  int size() {
    return size;
  }

  /** How many entries share their place with another one, not counting one of each place. */
  int duplicates() {
    return duplicates;
  }

  void add(Endpoint endpoint) {
    if (3 * (size + 1) > 2 * table.length) {
      resize(2 * table.length);
    }
    duplicates += insert(endpoint) ? 1 : 0;
    size++;
  }

  /** Removes this very instance; it must be here. */
  void remove(Endpoint endpoint) {
    int mask = table.length - 1;
    int slot = home(endpoint.placeHash(), mask);
    int hole = -1;
    int here = 0;
    for (Endpoint e = table[slot]; e != null; slot = (slot + 1) & mask, e = table[slot]) {
      hole = e == endpoint ? slot : hole;
      here += e.samePlace(endpoint) ? 1 : 0; // the same instance may be here twice
    }
    if (hole < 0) {
      throw new IllegalStateException("endpoint: " + endpoint + " (expected: one that was added)");
    }
    duplicates -= here > 1 ? 1 : 0;
    size--;
    closeGap(hole, mask);
    if (table.length > SMALLEST && 6 * size < table.length) {
      resize(table.length / 2);
    }
  }

  /** Returns an entry that is what a slice lists, at a port: the same place and pod; or null. */
  @Nullable Endpoint find(SliceEndpoint listed, int port) {
    int mask = table.length - 1;
    int slot = home(Endpoint.placeHash(listed, port), mask);
    for (Endpoint e = table[slot]; e != null; slot = (slot + 1) & mask, e = table[slot]) {
      if (e.isAt(listed, port)) {
        return e;
      }
    }
    return null;
  }

  private void closeGap(int hole, int mask) {
    int slot = (hole + 1) & mask;
    for (Endpoint e = table[slot]; e != null; slot = (slot + 1) & mask, e = table[slot]) {
      int distance = (slot - home(e.placeHash(), mask)) & mask;
      if (distance >= ((slot - hole) & mask)) {
        table[hole] = e;
        hole = slot;
      }
    }
    table[hole] = null;
  }

  private boolean insert(Endpoint endpoint) {
    int mask = table.length - 1;
    int slot = home(endpoint.placeHash(), mask);
    boolean samePlace = false;
    for (Endpoint e = table[slot]; e != null; slot = (slot + 1) & mask, e = table[slot]) {
      samePlace |= e.samePlace(endpoint);
    }
    table[slot] = endpoint;
    return samePlace;
  }

  private void resize(int length) {
    @Nullable Endpoint[] old = table;
    table = new Endpoint[length];
    for (Endpoint e : old) {
      if (e != null) {
        insert(e);
      }
    }
  }

  private static int home(int placeHash, int mask) {
    int hash = placeHash * 0x9E3779B9; // addresses of a node differ in the last digits
    return (hash ^ hash >>> 15) & mask;
  }
}
