package io.slicewise.discovery.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of the shares to their target, wherever the clock begins. */
class FlowLimiterTest {

  private static final List<String> ZONES = List.of("a", "b");
  private static final double[] ALIKE = {5, 5};

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, -4_000_000_000_000L, 4_000_000_000_000L, Long.MIN_VALUE / 2})
  void jumpsAtFirstAndThenMovesTenPointsASecond(long begin) {
    long second = Duration.ofSeconds(1).toNanos();
    FlowLimiter limiter = new FlowLimiter();

    assertThat(limiter.move(ZONES, new double[] {0.5, 0.5}, ALIKE, false, begin))
        .containsExactly(0.5, 0.5);
    assertThat(limiter.isMoving()).isFalse();
    for (int i = 1; i <= 4; i++) {
      double[] now = limiter.move(ZONES, new double[] {1, 0}, ALIKE, false, begin + i * second);
      assertThat(now[0]).isCloseTo(0.5 + 0.1 * i, within(1e-9));
      assertThat(now[1]).isCloseTo(0.5 - 0.1 * i, within(1e-9));
    }
    assertThat(limiter.isMoving()).isTrue();
    assertThat(limiter.move(ZONES, new double[] {1, 0}, ALIKE, true, begin + 5 * second))
        .containsExactly(1, 0);
    assertThat(limiter.isMoving()).isFalse();
  }
}
