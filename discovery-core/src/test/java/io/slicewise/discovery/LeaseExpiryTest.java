package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.model.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that nobody ends do not count for ever, and those that are ended late count once. */
class LeaseExpiryTest {

  private final Harness harness = new Harness();
  private final ServiceWatch watch = harness.synced();
  private int version = 100;

  @AfterEach
  void close() {
    harness.close();
  }

  private void advance(int seconds) {
    for (int i = 0; i < seconds; i += 10) {
      harness.advance(Duration.ofSeconds(10));
      harness.last().bookmark(Integer.toString(++version));
    }
  }

  @Test
  void aCallThatNobodyEndsCountsForTwoMinutesAndNotForThree() {
    Lease lease = watch.acquire();
    Endpoint endpoint = lease.endpoint();
    advance(120);
    assertThat(endpoint.inFlight()).isEqualTo(1);

    advance(60);

    assertThat(endpoint.inFlight()).isZero();
    lease.close();
    assertThat(endpoint.inFlight()).isZero();
  }

  @Test
  void laterCallsAreNotExpiredWithIt() {
    watch.acquire();
    advance(90);
    Lease later = watch.acquire();
    advance(80);
    assertThat(later.endpoint().inFlight()).isEqualTo(1);

    later.close();

    assertThat(later.endpoint().inFlight()).isZero();
  }

  @Test
  void hoursOfCallsOfEveryLengthEndAtZero() {
    List<Lease> open = new ArrayList<>();
    for (int minute = 0; minute < 120; minute++) {
      for (int i = 0; i < 5; i++) {
        open.add(watch.acquire());
      }
      advance(60);
      while (open.size() > minute % 20) {
        open.remove(0).close();
      }
    }
    Endpoint endpoint = watch.view().endpoints().get(0);
    assertThat(endpoint.inFlight()).isBetween(0, 15);
    open.forEach(Lease::close);
    assertThat(endpoint.inFlight()).isZero();
    harness.last().modified(slice("a", ++version, ready("10.0.0.1"), ready("10.0.0.2")));
    harness.window();
    assertThat(watch.view().endpoints()).allMatch(each -> each.inFlight() == 0);
  }
}
