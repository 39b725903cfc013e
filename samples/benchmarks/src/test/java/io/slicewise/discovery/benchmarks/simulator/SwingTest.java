package io.slicewise.discovery.benchmarks.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class SwingTest {

  private static final double[] THIRDS = {1.0 / 3, 1.0 / 3, 1.0 / 3};
  private static final int WINDOWS = 12;
  private static final int CALLS = 10_500;

  /** Returns windows of calls drawn one by one, of which the first zone gets so many times even. */
  private static long[][] drawn(long seed, IntToDoubleFunction load) {
    SplittableRandom random = new SplittableRandom(seed);
    long[][] windows = new long[WINDOWS][3];
    for (int i = 0; i < WINDOWS; i++) {
      for (int call = 0; call < CALLS; call++) {
        boolean first = random.nextDouble() < load.applyAsDouble(i) / 3;
        windows[i][first ? 0 : 1 + random.nextInt(2)]++;
      }
    }
    return windows;
  }

  @Test
  void chanceIsNoSwing() {
    double sum = 0;
    for (int seed = 0; seed < 20; seed++) {
      double swing = Swing.beyondChance(drawn(seed, window -> 1.2), THIRDS, seed);
      assertThat(swing).isLessThan(0.04);
      sum += swing;
    }
    assertThat(sum / 20).isLessThan(0.01);
  }

  @Test
  void aSwingIsFoundUnderTheChance() {
    double swing = Swing.beyondChance(drawn(1, window -> window % 2 == 0 ? 1.28 : 1.48), THIRDS, 1);

    assertThat(swing).isCloseTo(0.2, within(0.04));
  }

  @Test
  void theFullestZoneIsThatWithMostForItsCapacity() {
    assertThat(Swing.fullest(new long[] {500, 300, 200}, new double[] {0.5, 0.4, 0.1}))
        .isEqualTo(2);
    assertThat(Swing.fullest(new long[] {500, 500, 0}, new double[] {0.5, 0.5, 0})).isEqualTo(1);
  }

  @Test
  void noWindowsAreNoSwing() {
    assertThat(Swing.beyondChance(new long[0][3], THIRDS, 1)).isZero();
  }
}
