package io.slicewise.discovery.testkit;

import java.util.Random;
import java.util.UUID;

/** Names, uids and other accidents of a cluster: the same for the same seed. */
final class Identities {

  /** No vowels and no digits that look like letters, as in the real generator. */
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  // Guarded by this.
  private final Random random;

  Identities(long seed) {
    this.random = new Random(seed);
  }

  synchronized String uid() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /** The five characters after a generateName. */
  synchronized String suffix() {
    StringBuilder suffix = new StringBuilder(5);
    for (int i = 0; i < 5; i++) {
      suffix.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return suffix.toString();
  }

  synchronized int below(int bound) {
    return random.nextInt(bound);
  }
}
