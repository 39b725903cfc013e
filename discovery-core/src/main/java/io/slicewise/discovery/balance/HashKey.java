package io.slicewise.discovery.balance;

/**
 * Hashes for {@link HashRing}: the same in every process and in every version of this library, for
 * callers that must agree on an endpoint without talking to each other.
 *
 * <p>Source: FNV-1a of 64 bits, by G. Fowler, L. C. Noll and K.-P. Vo, but over UTF-16 code units
 * where the original takes bytes, and then {@link #mix}, as FNV alone leaves keys that differ at
 * the end only close to each other.
 */
public final class HashKey {

  private static final long FNV_OFFSET = 0xcbf2_9ce4_8422_2325L;
  private static final long FNV_PRIME = 0x100_0000_01b3L;

  private HashKey() {}

  /**
   * Returns 64 bits of a text. Not for secrets: who chooses the texts can choose the hashes.
   *
   * @param key any text, also an empty one; case and Unicode form matter
   */
  public static long of(CharSequence key) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /**
   * Returns a number of which each bit depends on each bit of the given one; different numbers stay
   * different.
   *
   * <p>Source: mix 13 of D. Stafford, "Better Bit Mixing", 2011, as in SplitMix64.
   */
  public static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }
}
