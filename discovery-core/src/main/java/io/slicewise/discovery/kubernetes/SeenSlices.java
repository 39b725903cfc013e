package io.slicewise.discovery.kubernetes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a decoder remembers of the slices it has read, the latest {@value #MOST} of them. Confined
 * to one thread.
 */
final class SeenSlices {

  private static final int MOST = 1024;

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final Map<String, SeenEndpoints> slices =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SeenEndpoints> eldest) {
          return size() > MOST;
        }
      };

  /** The seed of all fingerprints. */
  long seed() {
    return seed;
  }

  /** Returns what is known of a slice; of one without a name nothing is kept. */
  SeenEndpoints of(String name) {
    return name.isEmpty()
        ? new SeenEndpoints()
        : slices.computeIfAbsent(name, n -> new SeenEndpoints());
  }

  /** Forgets a slice that is gone. */
  void forget(String name) {
    slices.remove(name);
  }
}
