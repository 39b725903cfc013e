package io.slicewise.discovery.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which streams become one: first fit, the largest first, at most {@value #MOST_NAMES} names each,
 * so that a selector stays well inside the length of a URL.
 */
final class StreamPacking {

  static final int MOST_NAMES = 64;

  private StreamPacking() {}

  /**
   * Streams that can be followed as one.
   *
   * @param streams the streams as they are
   * @param names the names that are still wanted
   */
  record Bin(List<Reflector> streams, SortedSet<String> names) {

    /** Whether some of the names that the streams follow are not wanted any more. */
    boolean isSmaller() {
      return streams.stream().mapToInt(stream -> stream.services().size()).sum() > names.size();
    }
  }

  static List<Bin> pack(List<Reflector> streams, Collection<String> wanted) {
    List<Bin> singles = new ArrayList<>();
    for (Reflector stream : streams) {
      SortedSet<String> names = new TreeSet<>(stream.services());
      names.retainAll(wanted);
      singles.add(new Bin(new ArrayList<>(List.of(stream)), names));
    }
    singles.sort(Comparator.comparingInt((Bin bin) -> bin.names().size()).reversed());
    List<Bin> bins = new ArrayList<>();
    for (Bin single : singles) {
      Bin fitting =
          bins.stream()
              .filter(bin -> bin.names().size() + single.names().size() <= MOST_NAMES)
              .findFirst()
              .orElse(null);
      if (fitting == null) {
        bins.add(single);
      } else {
        fitting.streams().addAll(single.streams());
        fitting.names().addAll(single.names());
      }
    }
    return bins;
  }
}
