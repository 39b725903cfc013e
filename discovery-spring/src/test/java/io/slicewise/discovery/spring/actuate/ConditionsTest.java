package io.slicewise.discovery.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** When each part is there, and that none of them needs another. */
class ConditionsTest {

  @TempDir Path directory;

  private TestCluster cluster;
  private ApplicationContextRunner runner;

  private ApplicationContextRunner withActuator() {
    return runner.withConfiguration(
        AutoConfigurations.of(EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class));
  }

  private ApplicationContextRunner withAll() {
    return withActuator()
        .withConfiguration(AutoConfigurations.of(HealthContributorAutoConfiguration.class));
  }

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    runner =
        new ApplicationContextRunner()
            .withPropertyValues(cluster.properties())
            .withPropertyValues("management.endpoints.web.exposure.include=*")
            .withConfiguration(
                AutoConfigurations.of(
                    SlicewiseAutoConfiguration.class,
                    SlicewiseEndpointAutoConfiguration.class,
                    SlicewiseHealthAutoConfiguration.class,
                    SlicewiseMetricsAutoConfiguration.class,
                    MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class,
                    SimpleMetricsExportAutoConfiguration.class));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void allPartsAreThereAndAskNothingOfTheNetwork() {
    withAll()
        .run(
            context -> {
              assertThat(context)
                  .hasSingleBean(SlicewiseEndpoint.class)
                  .hasBean("slicewiseHealthIndicator")
                  .hasSingleBean(DiscoveryMeters.class)
                  .hasSingleBean(StreamLog.class);
              assertThat(context.getBean(MeterRegistry.class).get("slicewise.watches").gauges())
                  .hasSize(5);
              assertThat(cluster.server.requests()).isEmpty();
            });
  }

  @Test
  void nothingIsThereWithoutDiscovery() {
    withAll()
        .withPropertyValues("slicewise.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(SlicewiseEndpoint.class)
                    .doesNotHaveBean("slicewiseHealthIndicator")
                    .doesNotHaveBean(DiscoveryMeters.class));
  }

  @Test
  void theEndpointIsNotThereUnlessItIsExposed() {
    withAll()
        .withPropertyValues("management.endpoints.web.exposure.include=health")
        .run(
            context ->
                assertThat(context)
                    .doesNotHaveBean(SlicewiseEndpoint.class)
                    .hasSingleBean(DiscoveryMeters.class)
                    .hasSingleBean(StreamLog.class));
  }

  @Test
  void theRestWorksWithoutMicrometer() {
    withAll()
        .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(SlicewiseEndpoint.class)
                    .hasBean("slicewiseHealthIndicator")
                    .doesNotHaveBean("slicewiseMeters"));
  }

  @Test
  void theRestWorksWithoutARegistry() {
    withAll()
        .withPropertyValues("management.simple.metrics.export.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(SlicewiseEndpoint.class));
  }

  @Test
  void theRestWorksWithoutBootsHealth() {
    withActuator()
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(SlicewiseEndpoint.class)
                    .hasSingleBean(DiscoveryMeters.class)
                    .doesNotHaveBean("slicewiseHealthIndicator"));
  }

  @Test
  void theRestWorksWithoutActuator() {
    runner
        .withClassLoader(
            new FilteredClassLoader(
                "org.springframework.boot.actuate", "org.springframework.boot.health"))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(ServiceDiscovery.class)
                    .hasSingleBean(DiscoveryMeters.class)
                    .doesNotHaveBean("slicewiseEndpoint"));
  }

  @Test
  void eachContextHasMetersOfItsOwn() {
    withAll()
        .run(
            one ->
                runner.run(
                    other -> {
                      ServiceWatch watch = one.getBean(ServiceDiscovery.class).watch("checkout");
                      Objects.requireNonNull(watch.whenSynced().get(20, TimeUnit.SECONDS));
                      assertThat(watches(one.getBean(MeterRegistry.class))).isEqualTo(1);
                      assertThat(watches(other.getBean(MeterRegistry.class))).isZero();
                    }));
  }

  private static double watches(MeterRegistry registry) {
    return registry.get("slicewise.watches").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }
}
