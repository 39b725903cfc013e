package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.model.SyncState;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ConfigurableApplicationContext;

/** What an application waits for at its start, and what it does not. */
class StartupTest {

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void servicesToFollowAreFollowedBeforeAnybodyCalls() {
    cluster.service("checkout", "z1");
    cluster.service("billing", "z1");
    try (ConfigurableApplicationContext context =
        StartFailures.start(cluster.properties("slicewise.startup.follow=checkout,billing"))) {
      ServiceWatches watches = context.getBean(ServiceWatches.class);
      await()
          .until(
              () ->
                  watches.all().stream()
                      .allMatch(each -> each.watch().view().state() == SyncState.SYNCED));
      assertThat(watches.all()).hasSize(2);
    }
  }

  @Test
  void servicesToFollowAreKeptThoughNobodyCalls() {
    cluster.service("checkout", "z1");
    try (ConfigurableApplicationContext context =
        StartFailures.start(
            cluster.properties("slicewise.startup.follow=checkout", "slicewise.watch.idle=1s"))) {
      ServiceWatches watches = context.getBean(ServiceWatches.class);
      FollowedService kept = watches.find("checkout");
      FollowedService other = watches.find("other");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> other.watch().view().state() == SyncState.CLOSED);

      assertThat(watches.find("checkout")).isSameAs(kept);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> kept.watch().view().state() == SyncState.SYNCED);
    }
  }

  @Test
  void anApiServerThatIsDownDoesNotHoldUpTheStart() {
    cluster.service("checkout", "z1");
    cluster.server().kill();
    try (ConfigurableApplicationContext context =
        StartFailures.start(cluster.properties("slicewise.startup.follow=checkout"))) {
      FollowedService checkout = context.getBean(ServiceWatches.class).find("checkout");
      assertThat(checkout.watch().view().state()).isEqualTo(SyncState.PENDING);

      cluster.server().restart();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> checkout.watch().view().eligible().size() == 1);
    }
  }

  @Test
  void theStartCanWaitUntilServicesAreKnown() {
    cluster.service("checkout", "z1");
    try (ConfigurableApplicationContext context =
        StartFailures.start(
            cluster.properties(
                "slicewise.startup.follow=checkout,absent", "slicewise.startup.fail-fast=true"))) {
      for (FollowedService each : context.getBean(ServiceWatches.class).all()) {
        assertThat(each.watch().view().state()).isEqualTo(SyncState.SYNCED);
      }
    }
  }

  @Test
  void theStartCanFailWhereTheApiServerIsDown() {
    cluster.server().kill();

    FailureAnalysis failure =
        StartFailures.of(
            cluster.properties(
                "slicewise.startup.follow=checkout",
                "slicewise.startup.fail-fast=true",
                "slicewise.startup.timeout=500ms"));

    assertThat(failure.getDescription()).contains("checkout.shop: ").contains("refused");
    assertThat(failure.getAction()).contains("slicewise.startup.timeout");
    await().atMost(Duration.ofSeconds(10)).until(() -> TestCluster.threads().isEmpty());
  }

  @Test
  void theStartThatFailsForWantOfAPermissionNamesIt() {
    cluster.server().faults().forbid("watch", "endpointslices", "shop");
    cluster.server().faults().forbid("list", "endpointslices", "shop");

    FailureAnalysis failure =
        StartFailures.of(
            cluster.properties(
                "slicewise.startup.follow=checkout",
                "slicewise.startup.fail-fast=true",
                "slicewise.startup.timeout=1s"));

    assertThat(failure.getDescription()).contains("endpointslices").contains("Role");
  }
}
