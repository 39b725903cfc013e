package io.slicewise.discovery.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hashes that all processes and versions agree on; the expected values come from a Python script.
 */
class HashKeyTest {

  @ParameterizedTest
  @CsvSource({
    "'', f52a15e9a9b5e89b",
    "a, 02c0bdbf481420f8",
    "user-1, c499b5f8a721df58",
    "user-2, 4fb38f414590a87b",
    "10.0.0.1:8080, e6be330c3d44a2e2",
    "[2001:db8::1]:443, d74b2d1678753513",
    "Gr\u00fc\u00dfe, e53201cf50df0cbe",
    "\ud83d\ude00, d3400ab804e9f085", // two code units
  })
  void neverChangesTheHashOfAText(String key, String hash) {
    assertThat(HashKey.of(key)).isEqualTo(Long.parseUnsignedLong(hash, 16));
    assertThat(HashKey.of(new StringBuilder(key))).isEqualTo(HashKey.of(key));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 5692161d100b05e5",
    "ffffffffffffffff, b4d055fcf2cbbd7b",
    "9e3779b97f4a7c15, e220a8397b1dcdaf", // the first number of SplitMix64 with seed 0
  })
  void neverChangesTheMixOfBits(String bits, String mixed) {
    assertThat(HashKey.mix(Long.parseUnsignedLong(bits, 16)))
        .isEqualTo(Long.parseUnsignedLong(mixed, 16));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 28, 54}) // the lowest bits, some between, the highest
  void spreadsSequentialKeysEvenlyOverBuckets(int shift) {
    int buckets = 1_024;
    int keys = 100_000;
    int[] hits = new int[buckets];
    for (int i = 1; i <= keys; i++) {
      hits[(int) (HashKey.of("user-" + i) >>> shift) & buckets - 1]++;
    }

    double expected = (double) keys / buckets;
    double chiSquare = 0;
    for (int hit : hits) {
      chiSquare += (hit - expected) * (hit - expected) / expected;
    }
    // 1,023 degrees of freedom: p = 0.001 on either side. Too even would be no hash either.
    assertThat(chiSquare).isBetween(887.0, 1_168.0);
  }

  @Test
  void givesSequentialKeysDifferentHashes() {
    Set<Long> hashes = new HashSet<>();
    for (int i = 1; i <= 100_000; i++) {
      hashes.add(HashKey.of("user-" + i));
    }

    assertThat(hashes).hasSize(100_000);
  }
}
