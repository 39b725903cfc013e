package io.slicewise.discovery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakeClockTest {

  private final FakeClock clock = new FakeClock();
  private final List<String> ran = new ArrayList<>();

  private Runnable note(String what) {
    return () -> ran.add(what + "@" + TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime()));
  }

  @Test
  void timeMovesOnlyWhenItIsMoved() {
    Instant start = clock.instant();
    long nanos = clock.nanoTime();
    clock.advance(Duration.ofSeconds(90));
    assertThat(Duration.between(start, clock.instant())).isEqualTo(Duration.ofSeconds(90));
    assertThat(clock.nanoTime() - nanos).isEqualTo(Duration.ofSeconds(90).toNanos());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .withMessage("duration: PT-1S (expected: >= 0)");
  }

  @Test
  void nothingRunsInline() {
    clock.execute(note("a"));
    assertThat(ran).isEmpty();
    assertThat(clock.pendingTasks()).isEqualTo(1);
    assertThat(clock.runDueTasks()).isEqualTo(1);
    assertThat(ran).containsExactly("a@0");
  }

  @Test
  void tasksRunInTheOrderOfTimeAndThenOfSubmission() {
    Future<?> late = clock.schedule(note("late"), 3, TimeUnit.SECONDS);
    Future<?> early = clock.schedule(note("early"), 1, TimeUnit.SECONDS);
    Future<?> same = clock.schedule(note("same"), 1, TimeUnit.SECONDS);
    Future<?> never = clock.schedule(note("never"), 9, TimeUnit.SECONDS);
    clock.execute(note("now"));
    assertThat(clock.advance(Duration.ofSeconds(3))).isEqualTo(4);
    assertThat(ran).containsExactly("now@0", "early@1", "same@1", "late@3");
    assertThat(List.of(late, early, same)).allMatch(Future::isDone);
    assertThat(never.isDone()).isFalse();
  }

  @Test
  void whatTasksSubmitRunsInTheSameAdvance() {
    Future<?> unused =
        clock.schedule(
            () -> {
              Future<?> inner = clock.schedule(note("inner"), 1, TimeUnit.SECONDS);
              clock.execute(note("outer"));
            },
            1,
            TimeUnit.SECONDS);
    clock.advance(Duration.ofSeconds(2));
    assertThat(ran).containsExactly("outer@1", "inner@2");
  }

  @Test
  void periodicTasksRepeatUntilCancelled() {
    ScheduledFuture<?> rate = clock.scheduleAtFixedRate(note("rate"), 1, 2, TimeUnit.SECONDS);
    ScheduledFuture<?> delay = clock.scheduleWithFixedDelay(note("delay"), 2, 2, TimeUnit.SECONDS);
    clock.advance(Duration.ofSeconds(5));
    assertThat(ran).containsExactly("rate@1", "delay@2", "rate@3", "delay@4", "rate@5");
    assertThat(rate.getDelay(TimeUnit.SECONDS)).isEqualTo(2);
    rate.cancel(false);
    delay.cancel(false);
    assertThat(clock.pendingTasks()).isZero();
    assertThatThrownBy(rate::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void aTaskThatThrowsIsSeenByWhoLooks() throws Exception {
    Runnable failing =
        () -> {
          throw new IllegalStateException("boom");
        };
    Future<?> submitted = clock.submit(failing);
    assertThat(clock.runDueTasks()).isEqualTo(1);
    assertThatThrownBy(submitted::get).isInstanceOf(ExecutionException.class);
    clock.execute(failing);
    assertThatThrownBy(clock::runDueTasks).hasMessage("boom");
    Future<String> value = clock.schedule(() -> "value", 0, TimeUnit.SECONDS);
    clock.runDueTasks();
    assertThat(value.get()).isEqualTo("value");
  }

  @Test
  void shutDownItTakesNothingNew() {
    Future<?> kept = clock.schedule(note("kept"), 1, TimeUnit.SECONDS);
    Future<?> periodic = clock.scheduleAtFixedRate(note("no"), 1, 1, TimeUnit.SECONDS);
    clock.shutdown();
    assertThat(clock.isShutdown()).isTrue();
    assertThat(clock.isTerminated()).isFalse();
    assertThatThrownBy(() -> clock.execute(note("no")))
        .isInstanceOf(RejectedExecutionException.class);
    clock.advance(Duration.ofSeconds(5));
    assertThat(ran).containsExactly("kept@1");
    assertThat(kept.isDone()).isTrue();
    assertThat(periodic.isDone()).isFalse();
    assertThat(clock.awaitTermination(1, TimeUnit.DAYS)).isTrue();
  }

  @Test
  void shutDownNowItDropsAll() {
    Future<?> unused = clock.schedule(note("no"), 1, TimeUnit.SECONDS);
    assertThat(clock.shutdownNow()).hasSize(1);
    assertThat(clock.isTerminated()).isTrue();
  }
}
