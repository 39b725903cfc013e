package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.SyncState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a view goes on without the API server. */
class MaxStaleTest {

  private Harness harness = new Harness(builder -> builder.maxStale(Duration.ofMinutes(5)));

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void isForEverUnlessItIsLimited() {
    harness.close();
    harness = new Harness();
    ServiceWatch watch = harness.synced();
    harness.last().broken();

    harness.advance(Duration.ofDays(3));

    assertThat(watch.view().state()).isEqualTo(SyncState.STALE);
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
  }

  @Test
  void nothingIsPickedAfterThatAndTheErrorSaysSo() {
    ServiceWatch watch = harness.synced();
    harness.last().broken();
    harness.advance(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(watch.pick().address()).isEqualTo("10.0.0.1");

    harness.advance(Duration.ofSeconds(2));

    assertThatThrownBy(watch::pick)
        .isInstanceOf(NoEndpointException.class)
        .hasMessageContaining("longer than maxStale (PT5M)")
        .hasMessageContaining("STALE");
  }

  @Test
  void everythingIsBackWithTheServer() {
    ServiceWatch watch = harness.synced();
    harness.last().broken();
    harness.advance(Duration.ofMinutes(10));

    harness.awaitRequest();
    harness.last().open().bookmark("11");
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(watch.pick().address()).isEqualTo("10.0.0.1");
    harness.last().modified(slice("a", 12, ready("10.0.0.1"), ready("10.0.0.2")));
    harness.window();
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void aShortLossDoesNotCount() {
    ServiceWatch watch = harness.synced();
    for (int i = 0; i < 4; i++) {
      harness.last().broken();
      harness.advance(Duration.ofMinutes(2));
      harness.last().open().bookmark(Integer.toString(20 + i));
      harness.advance(Duration.ofMinutes(1));
    }

    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(watch.pick().address()).isEqualTo("10.0.0.1");
  }
}
