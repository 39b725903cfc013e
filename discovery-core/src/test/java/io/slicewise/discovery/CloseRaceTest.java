package io.slicewise.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.SyncState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Something is opened in the very moment in which discovery is closed, again and again. */
@Timeout(120)
class CloseRaceTest {

  private static final int ROUNDS = 1_500;

  @Test
  void aWatchThatMeetsTheEndLeavesNoStream() {
    race(
        discovery ->
            assertThat(discovery.watch("checkout:grpc").view().state())
                .isIn(SyncState.PENDING, SyncState.CLOSED));
  }

  @Test
  void aCatalogueThatMeetsTheEndLeavesNoStream() {
    race(
        discovery ->
            assertThat(discovery.catalog("shop").state())
                .isIn(SyncState.PENDING, SyncState.CLOSED));
  }

  private static void race(Consumer<ServiceDiscovery> opening) {
    for (int i = 0; i < ROUNDS; i++) {
      Harness harness = new Harness();
      if (i % 2 == 0) {
        harness.discovery.watch("stock:grpc").close(); // the namespace is known already
      }
      AtomicInteger ready = new AtomicInteger();
      CompletableFuture<Void> closing =
          CompletableFuture.runAsync(
              () -> {
                meet(ready);
                harness.discovery.close();
              });
      meet(ready);
      try {
        opening.accept(harness.discovery);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("discovery is closed");
      }
      closing.join();
      harness.settle();
      assertThat(harness.discovery.views()).isEmpty();
      assertThat(harness.source.running()).as("streams in round %d", i).isEmpty();
    }
  }

  /** Spins, so that both go on at once: who was parked would be late. */
  private static void meet(AtomicInteger ready) {
    ready.incrementAndGet();
    while (ready.get() < 2) {
      Thread.onSpinWait();
    }
  }
}
