package io.slicewise.discovery.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slicewise.discovery.chaos.Operation.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A little chaos, always the same, and the proof that the chaos run would find a mistake. */
class ShortChaosTest {

  private final Logger logger = Logger.getLogger("io.slicewise.discovery");
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @BeforeEach
  void hush() {
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void speak() {
    logger.setLevel(null);
  }

  @Test
  void viewsAreThoseOfTheClusterThroughAShortStorm() throws Exception {
    Chaos chaos = new Chaos(out, UnaryOperator.identity(), Duration.ofSeconds(20));

    Report report =
        chaos.play(
            Setting.of(1, 200),
            Limits.GENEROUS,
            new Operations(1).until(300, Duration.ofMinutes(1)));

    assertThat(report.operations()).isEqualTo(300);
    assertThat(report.faults()).isPositive();
    assertThat(report.picks()).isPositive();
    assertThat(report.views()).isGreaterThan(50);
    assertThat(report.toString())
        .contains("CHAOS seed=1 operations=300 ")
        .contains("divergences=0");
  }

  @Test
  void aDiscoveryThatMissesADeletionIsFoundAndItsHistoryMadeShort() throws Exception {
    Limits limits = new Limits(Duration.ofMillis(600), Duration.ofSeconds(5), false);
    Chaos chaos = new Chaos(out, ForgetfulSource::new, Duration.ofSeconds(20));
    Setting setting = new Setting(7, true, true, false, 1_000, 200);

    Chaos.Failure failure =
        catchThrowableOfType(
            Chaos.Failure.class, () -> chaos.play(setting, limits, Script.of(withADeletion())));

    assertThat(failure).isNotNull();
    assertThat(failure.shortest())
        .hasSizeLessThanOrEqualTo(5)
        .extracting(Operation::kind)
        .contains(Kind.CREATE, Kind.ADD, Kind.DELETE);
    assertThat(failure).hasMessageContaining("seed 7").hasMessageContaining("DELETE 2 0 0");
    assertThat(written.toString(StandardCharsets.UTF_8))
        .contains("CHAOS seed=7 diverges")
        .contains("The shortest history that failed");
  }

  /** Pods in two slices, one of which is deleted in the end. */
  private static List<Operation> withADeletion() {
    List<Operation> history = new ArrayList<>();
    for (int slice = 1; slice < 3; slice++) {
      history.add(new Operation(Kind.CREATE, slice, 0, 0));
      history.add(new Operation(Kind.ADD, slice, slice, 0));
    }
    history.add(Operation.of(Kind.QUIET));
    history.add(new Operation(Kind.DELETE, 2, 0, 0));
    history.add(new Operation(Kind.ADD, 1, 20, 0));
    return history;
  }

  @Test
  void theShrinkerKeepsWhatIsNeededAndNothingElse() {
    List<Operation> history =
        IntStream.range(0, 100).mapToObj(i -> new Operation(Kind.ADD, 0, i, 0)).toList();
    List<Operation> needed = List.of(history.get(3), history.get(50), history.get(99));
    Shrinker shrinker = new Shrinker(each -> each.containsAll(needed), Duration.ofMinutes(1));

    assertThat(shrinker.shrink(history)).isEqualTo(needed);
    assertThat(shrinker.replays()).isLessThan(200);
  }

  @Test
  void aHistoryIsReadAsItWasWritten() {
    Script script = new Operations(3).until(50, Duration.ofMinutes(1));
    List<Operation> history = new ArrayList<>();
    Truth truth = new Truth();
    for (Operation next = script.next(truth); next != null; next = script.next(truth)) {
      history.add(next);
    }

    assertThat(History.write(history).lines().map(Operation::parse)).isEqualTo(history);
  }
}
