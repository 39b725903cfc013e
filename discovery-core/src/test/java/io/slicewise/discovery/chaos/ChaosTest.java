package io.slicewise.discovery.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The chaos run, not part of the normal tests: {@code mvn -Pchaos -pl discovery-core -am test}.
 *
 * <table>
 * <caption>Options, as system properties</caption>
 * <tr><th>option</th><th>default</th></tr>
 * <tr><td>chaos.seed</td><td>a random one, which is printed</td></tr>
 * <tr><td>chaos.operations</td><td>as many as the time allows</td></tr>
 * <tr><td>chaos.seconds</td><td>60, or no limit where operations are given</td></tr>
 * <tr><td>chaos.history</td><td>none: a file with operations to replay</td></tr>
 * <tr><td>chaos.haste</td><td>200; 1 lets all timers run as long as they do</td></tr>
 * <tr><td>chaos.convergence</td><td>10,000: milliseconds of quiet until views equal the truth</td></tr>
 * <tr><td>chaos.bound</td><td>5,000: milliseconds for which who has gone may be picked</td></tr>
 * <tr><td>chaos.shrink</td><td>120: seconds that a failure is made shorter for</td></tr>
 * </table>
 */
@Tag("chaos")
class ChaosTest {

  private static final int HASTE = 200;

  private final Logger logger = Logger.getLogger("io.slicewise.discovery");

  /** What discovery says of a thousand broken streams is of no interest here. */
  @BeforeEach
  void hush() {
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    logger.setLevel(null);
  }

  @Test
  void whateverHappensViewsAreThoseOfTheCluster() throws Exception {
    long seed = Long.getLong("chaos.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    Setting setting = Setting.of(seed, Integer.getInteger("chaos.haste", HASTE));
    Chaos chaos =
        new Chaos(
            System.out,
            UnaryOperator.identity(),
            Duration.ofSeconds(Long.getLong("chaos.shrink", 120)));
    System.out.println("CHAOS begins, seed=" + seed + ", " + setting);
    System.out.println(chaos.play(setting, limits(), script(seed)));
  }

  private static Limits limits() {
    Limits generous = Limits.GENEROUS;
    return new Limits(
        Duration.ofMillis(Long.getLong("chaos.convergence", generous.convergence().toMillis())),
        Duration.ofMillis(Long.getLong("chaos.bound", generous.bound().toMillis())),
        generous.leaks());
  }

  private static Script script(long seed) throws Exception {
    String history = System.getProperty("chaos.history");
    if (history != null) {
      return Script.of(History.read(Path.of(history)));
    }
    Integer operations = Integer.getInteger("chaos.operations");
    Long seconds = Long.getLong("chaos.seconds");
    if (operations == null && seconds == null) {
      seconds = 60L;
    }
    return new Operations(seed)
        .until(
            operations == null ? Integer.MAX_VALUE : operations,
            seconds == null ? Duration.ofDays(1) : Duration.ofSeconds(seconds));
  }
}
