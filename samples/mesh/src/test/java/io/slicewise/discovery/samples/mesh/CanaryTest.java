package io.slicewise.discovery.samples.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryTest {

  private static final int KEYS = 100_000;

  private final Canary canary = new Canary("mesh.example/track", "canary");

  private List<String> taken() {
    return IntStream.range(0, KEYS).mapToObj(i -> "customer-" + i).filter(canary::takes).toList();
  }

  @Test
  void takesNothingBeforeItIsOpened() {
    assertThat(taken()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 0.9})
  void takesItsShareOfTheKeys(double share) {
    canary.share(share);

    assertThat(taken().size()).isCloseTo((int) (share * KEYS), within(KEYS / 200));
  }

  @Test
  void takesEverythingAtOne() {
    canary.share(1);

    assertThat(taken()).hasSize(KEYS);
  }

  @Test
  void keepsTheKeysItHasWhenItsShareGrows() {
    canary.share(0.1);
    List<String> before = taken();
    canary.share(0.2);

    assertThat(taken()).containsAll(before).hasSizeGreaterThan(before.size());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesAShareThatIsNone(double share) {
    assertThatThrownBy(() -> canary.share(share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(share + " (expected: 0 to 1)");
  }
}
