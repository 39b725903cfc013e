package io.slicewise.discovery.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.TestCluster;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.ReactiveCommonsClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.health.DiscoveryClientHealthIndicator;
import org.springframework.cloud.client.discovery.health.DiscoveryCompositeHealthContributor;
import org.springframework.cloud.client.discovery.health.reactive.ReactiveDiscoveryClientHealthIndicator;

/** Spring Cloud's own health of discovery. */
class CloudHealthTest {

  @Test
  void itIsUpWithTheServicesAndAlsoWithoutAnApiServer() {
    try (TestCluster cluster = new TestCluster()) {
      cluster.service("checkout", "z1");
      ApplicationContextRunner runner =
          new ApplicationContextRunner()
              .withConfiguration(
                  AutoConfigurations.of(
                      CommonsClientAutoConfiguration.class,
                      ReactiveCommonsClientAutoConfiguration.class,
                      CompositeDiscoveryClientAutoConfiguration.class,
                      SlicewiseAutoConfiguration.class,
                      SlicewiseDiscoveryClientAutoConfiguration.class))
              .withPropertyValues(cluster.properties("slicewise.discovery.timeout=5s"));
      runner.run(
          context -> {
            assertThat(context).hasSingleBean(DiscoveryCompositeHealthContributor.class);
            Health health = context.getBean(DiscoveryClientHealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("services", List.of("checkout"));
            Health reactive =
                context.getBean(ReactiveDiscoveryClientHealthIndicator.class).health().block();
            assertThat(reactive.getDetails()).containsEntry("services", List.of("checkout"));
          });
      cluster.server().kill();
      runner
          .withPropertyValues("slicewise.discovery.timeout=10ms")
          .run(
              context ->
                  assertThat(
                          context
                              .getBean(DiscoveryClientHealthIndicator.class)
                              .health()
                              .getStatus())
                      .isEqualTo(Status.UP));
      cluster.server().clearRequests();
      cluster.server().restart();
      runner
          .withPropertyValues(
              "spring.cloud.discovery.client.health-indicator.use-services-query=false")
          .run(
              context -> {
                assertThat(
                        context.getBean(DiscoveryClientHealthIndicator.class).health().getStatus())
                    .isEqualTo(Status.UP);
                assertThat(cluster.server().requests()).isEmpty();
              });
    }
  }
}
