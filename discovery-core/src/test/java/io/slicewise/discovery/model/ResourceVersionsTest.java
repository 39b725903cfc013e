package io.slicewise.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Positive;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceVersionsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "10", "9223372036854775808", "340282366920938463463374607431768211455"})
  void decimalIntegersOfAnyLengthHaveAnOrder(String version) {
    assertThat(ResourceVersions.isOrdered(version)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "01", "-1", "abc", "1a", " 1", "1.0", "١"})
  void anythingElseIsOpaque(String version) {
    assertThat(ResourceVersions.isOrdered(version)).isFalse();
    assertThat(ResourceVersions.isOlder(version, "10")).isFalse();
    assertThat(ResourceVersions.isOlder("10", version)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // a, b, older, min, max
    "9, 10, true, 9, 10",
    "10, 9, false, 9, 10",
    "10, 10, false, 10, 10",
    "99, 100, true, 99, 100",
    "9223372036854775807, 9223372036854775808, true, 9223372036854775807, 9223372036854775808",
    "x, 10, false, x, 10",
    "10, x, false, 10, x",
    "'', 10, false, '', 10",
  })
  void ordersByNumberAndBelievesTheServerOtherwise(
      String a, String b, boolean older, String min, String max) {
    assertThat(ResourceVersions.isOlder(a, b)).isEqualTo(older);
    assertThat(ResourceVersions.min(a, b)).isEqualTo(min);
    assertThat(ResourceVersions.max(a, b)).isEqualTo(max);
  }

  @Property
  void agreesWithTheOrderOfIntegers(
      @ForAll @Positive BigInteger a, @ForAll @Positive BigInteger b) {
    assertThat(ResourceVersions.isOlder(a.toString(), b.toString())).isEqualTo(a.compareTo(b) < 0);
  }
}
