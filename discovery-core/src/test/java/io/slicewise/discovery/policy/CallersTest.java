package io.slicewise.discovery.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers' shares may be, and when they are relied on. */
class CallersTest {

  @Test
  void sharesAreScaledToAddUpToOne() {
    Callers callers = new Callers(Map.of("a", 30.0, "b", 10.0, "c", 0.0), "test");

    assertThat(callers.shares()).isEqualTo(Map.of("a", 0.75, "b", 0.25, "c", 0.0));
    assertThat(callers.share("a")).isEqualTo(0.75);
    assertThat(callers.share("elsewhere")).isZero();
    assertThat(callers.isKnown()).isTrue();
  }

  @Test
  void theLeastAndTheGreatestNumbersAreScaled() {
    assertThat(new Callers(Map.of("a", Double.MIN_VALUE), "test").share("a")).isEqualTo(1);
    assertThat(new Callers(Map.of("a", Double.MAX_VALUE / 2, "b", 1e-9), "test").share("a"))
        .isEqualTo(1);
  }

  @Test
  void sharesAreACopy() {
    Map<String, Double> shares = new HashMap<>(Map.of("a", 1.0, "b", 1.0));
    Callers callers = new Callers(shares, "test");
    shares.put("c", 2.0);

    assertThat(callers.shares()).containsOnlyKeys("a", "b");
    assertThatThrownBy(() -> callers.shares().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        -1,
        -1e-9,
        -Double.MIN_VALUE,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
      })
  void refusesAShareThatIsNoNumberFromZeroUp(double share) {
    assertThatThrownBy(() -> new Callers(Map.of("a", 1.0, "b", share), "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share of b: " + share + " (expected: 0 or more)");
  }

  @Test
  void refusesSharesThatCannotBeScaled() {
    assertThatThrownBy(() -> new Callers(Map.of("a", 0.0), "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shares: {a=0.0} (expected: a sum above 0)");
    double most = Double.MAX_VALUE;
    assertThatThrownBy(() -> new Callers(Map.of("a", most, "b", most), "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("shares: {");
  }

  @Test
  void areReliedOnIfTheyKnowTheOwnZoneAndAnother() {
    Callers callers = new Callers(Map.of("a", 1.0, "b", 1e-6, "c", 0.0), "Service shop/cart");

    assertThat(callers.doubt("a")).isNull();
    assertThat(callers.doubt("b")).isNull();
    assertThat(callers.doubt("c")).isEqualTo("Service shop/cart has no caller in the own zone c");
    assertThat(callers.doubt("elsewhere"))
        .isEqualTo("Service shop/cart has no caller in the own zone elsewhere");
  }

  @Test
  void areNotReliedOnIfTheyAreInOneZoneOnly() {
    assertThat(new Callers(Map.of("a", 1.0), "Service shop/cart").doubt("a"))
        .isEqualTo("Service shop/cart is in one zone only");
    assertThat(new Callers(Map.of("a", 1.0, "b", 0.0), "Service shop/cart").doubt("a"))
        .isEqualTo("Service shop/cart is in one zone only");
  }

  @Test
  void areNotReliedOnIfNothingIsKnown() {
    assertThat(Callers.UNKNOWN.isKnown()).isFalse();
    assertThat(Callers.unknown("nobody has looked yet").doubt("a"))
        .isEqualTo("nobody has looked yet");
    assertThat(Callers.UNKNOWN.share("a")).isCloseTo(0, within(0.0));
  }
}
