package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that is made once more goes where it has not been. */
@Timeout(60)
class RetryTest {

  private static final String[] RETRIES = {
    "slicewise.health.ejection=false",
    "spring.cloud.loadbalancer.retry.enabled=true",
    "spring.cloud.loadbalancer.retry.max-retries-on-next-service-instance=3",
    "spring.cloud.loadbalancer.retry.retryable-status-codes=503",
    "spring.cloud.gateway.server.webflux.routes[0].filters[0].name=Retry",
    "spring.cloud.gateway.server.webflux.routes[0].filters[0].args.retries=3",
    "spring.cloud.gateway.server.webflux.routes[0].filters[0].args.statuses=SERVICE_UNAVAILABLE",
  };

  private final Shop shop = new Shop();
  private final Callee well = shop.open("checkout", "127.0.1.1", "a");

  @AfterEach
  void close() {
    shop.close();
  }

  private Caller caller(String... more) {
    String[] all = new String[RETRIES.length + more.length];
    System.arraycopy(RETRIES, 0, all, 0, RETRIES.length);
    System.arraycopy(more, 0, all, RETRIES.length, more.length);
    Caller caller = new Caller(shop, all);
    caller.synced("checkout");
    return caller;
  }

  @Test
  void goesWhereTheRequestHasNotBeen() {
    for (int sick = 2; sick <= 4; sick++) {
      shop.open("checkout", "127.0.1." + sick, "a").answers(503);
    }
    try (Caller caller = caller()) {
      for (Kind kind : Kind.values()) {
        int before = well.calls();
        assertThat(caller.call(kind, 25))
            .as(kind.name())
            .isEqualTo(Map.of("127.0.1.1", 25)); // of four endpoints the fourth try at the latest
        assertThat(well.calls()).isEqualTo(before + 25);
      }
    }
  }

  @Test
  void goesAnywhereIfThatIsWanted() {
    shop.open("checkout", "127.0.1.2", "a").answers(503);
    try (Caller caller =
        caller(
            "spring.cloud.loadbalancer.retry.avoid-previous-instance=false",
            "spring.cloud.loadbalancer.retry.max-retries-on-next-service-instance=1")) {
      int failed = 0;
      for (int i = 0; i < 100; i++) {
        try {
          assertThat(Kind.REST_CLIENT.call(caller)).isEqualTo("127.0.1.1");
        } catch (RuntimeException e) {
          failed++; // both tries at the sick one
        }
      }
      assertThat(failed).isPositive();
    }
  }

  @Test
  void countsEveryTryOnTheSameInstance() {
    well.answers(503);
    try (Caller caller =
        caller(
            "spring.cloud.loadbalancer.retry.max-retries-on-same-service-instance=2",
            "spring.cloud.loadbalancer.retry.max-retries-on-next-service-instance=0")) {
      try {
        String unused = Kind.REST_CLIENT.call(caller);
      } catch (RuntimeException e) {
        // 503
      }
      assertThat(well.calls()).isEqualTo(3);
      long started = caller.watch("checkout").view().endpoints().get(0).load().started();
      assertThat(started).isEqualTo(3);
      assertThat(caller.inFlight("checkout")).isZero();
    }
  }
}
