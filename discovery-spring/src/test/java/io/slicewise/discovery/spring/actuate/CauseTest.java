package io.slicewise.discovery.spring.actuate;

import static io.slicewise.discovery.spring.actuate.TestCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.spring.actuate.StreamLog.Event;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a failing API server is counted as; the texts are those that discovery really says. */
class CauseTest {

  @TempDir Path directory;

  private final EmbeddedApiServer server = EmbeddedApiServer.start();
  private final FakeClock clock = new FakeClock();
  private final StreamLog log = new StreamLog(clock);
  private ServiceDiscovery discovery;

  @BeforeEach
  void start() throws Exception {
    server.cluster().service("shop", "checkout").addPod("checkout-1", "10.0.0.1", "z1");
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.kubeconfig(server.writeKubeconfig(directory), null))
            .namespace("shop")
            .linger(Duration.ZERO)
            .scheduler(clock)
            .listenerExecutor(clock)
            .clock(clock::nanoTime, clock)
            .observer(log)
            .build();
    ServiceWatch watch = discovery.watch("checkout");
    await(() -> watch.whenSynced().isDone() && log.open("shop") == 1);
  }

  /** Lets time pass, five times as fast as it does, until something is the case. */
  private void await(BooleanSupplier condition) {
    soon()
        .until(
            () -> {
              clock.advance(Duration.ofMillis(100));
              return condition.getAsBoolean();
            });
  }

  @AfterEach
  void close() {
    discovery.close();
    server.close();
  }

  private enum Fault {
    UNAUTHORIZED(server -> server.replaceToken("another")),
    FORBIDDEN(server -> server.faults().forbid("*", "endpointslices", "shop")),
    THROTTLED(server -> server.faults().throttle(1, Duration.ofMillis(10))),
    REFUSED(server -> server.faults().fail(1, 404, null)),
    SERVER_ERROR(server -> server.faults().fail(1, 503, null)),
    EXPIRED(
        server -> {
          server.cluster().service("shop", "other").addPod("other-1", "10.0.9.1", "z1");
          server.faults().compact();
        }),
    CUT_SHORT(server -> server.faults().closeWatchesAtOnce(1)),
    LOST(server -> server.faults().refuse());

    private final Consumer<EmbeddedApiServer> make;

    Fault(Consumer<EmbeddedApiServer> make) {
      this.make = make;
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsWhyARequestFailed(Fault fault) {
    fault.make.accept(server);
    server.faults().cutConnections();

    Cause cause = Cause.valueOf(fault.name());
    await(() -> log.count(Event.FAILURE, cause) > 0);
    assertThat(log.count(Event.END, Cause.LOST)).isPositive(); // by the cut itself
    for (Cause other : Cause.values()) {
      if (other != cause && other != Cause.LOST) {
        assertThat(log.count(Event.FAILURE, other)).as(other.tag()).isZero();
      }
    }
  }

  @Test
  void tellsGarbledFromLost() {
    server.faults().garbleNextLine();
    server.cluster().service("shop", "checkout").addPod("checkout-2", "10.0.0.2", "z1");

    await(() -> log.count(Event.END, Cause.GARBLED) == 1);
    await(() -> log.count(Event.RELIST, Cause.GARBLED) == 1);
  }

  @Test
  void tellsThatAStreamWentSilent() {
    server.faults().freeze();

    clock.advance(Duration.ofMinutes(10));

    assertThat(log.count(Event.END, Cause.SILENT)).isEqualTo(1);
    assertThat(log.count(Event.FAILURE, Cause.SILENT)).isPositive();
  }

  @Test
  void tellsARotationFromAFailure() {
    clock.advance(Duration.ofMinutes(1)); // shorter ones count as cut short
    server.faults().closeWatches();

    await(() -> log.count(Event.END, Cause.ROTATED) == 1);
    await(() -> log.open("shop") == 1);
    assertThat(log.reports().get(0).failures()).isEmpty();
  }

  @Test
  void tellsThatAStreamWasNotNeededAnyMore() {
    ServiceWatch other = discovery.watch("ledger.bank");
    await(() -> log.open("bank") == 1);
    other.close();

    await(() -> log.count(Event.END, Cause.RETIRED) == 1);
    assertThat(log.open("bank")).isZero();
    assertThat(log.open("shop")).isEqualTo(1);
  }

  @Test
  void hasATagWithoutCapitalsForEach() {
    for (Cause cause : Cause.values()) {
      assertThat(cause.tag()).isEqualTo(cause.tag().toLowerCase(Locale.ROOT)).doesNotContain("_");
    }
  }
}
