package io.slicewise.discovery.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.TestCluster;
import io.slicewise.discovery.testkit.SimulatedService;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.loadbalancer.LoadBalancerAutoConfiguration;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.config.BlockingLoadBalancerClientAutoConfiguration;
import org.springframework.cloud.loadbalancer.config.LoadBalancerCacheAutoConfiguration;

/** Spring's own load balancer on our discovery client: its cache does not outlive the pods. */
class StockLoadBalancerTest {

  private final TestCluster cluster = new TestCluster();

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  UtilAutoConfiguration.class,
                  CommonsClientAutoConfiguration.class,
                  CompositeDiscoveryClientAutoConfiguration.class,
                  CacheAutoConfiguration.class,
                  LoadBalancerCacheAutoConfiguration.class,
                  org.springframework.cloud.loadbalancer.config.LoadBalancerAutoConfiguration.class,
                  BlockingLoadBalancerClientAutoConfiguration.class,
                  LoadBalancerAutoConfiguration.class,
                  SlicewiseAutoConfiguration.class,
                  SlicewiseDiscoveryClientAutoConfiguration.class))
          .withPropertyValues(
              cluster.properties(
                  "slicewise.loadbalancer.enabled=false",
                  "spring.cloud.loadbalancer.cache.ttl=1h"));

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Set<String> chosen(LoadBalancerClient client) {
    Set<String> hosts = new TreeSet<>();
    for (int i = 0; i < 10; i++) {
      ServiceInstance instance = client.choose("checkout");
      if (instance != null) {
        hosts.add(instance.getHost());
      }
    }
    return hosts;
  }

  @Test
  void aCacheOfAnHourFollowsThePods() {
    SimulatedService checkout = cluster.service("checkout", "z1", "z2");
    runner.run(
        context -> {
          assertThat(context).hasBean("slicewiseInstanceCacheEviction");
          assertThat(context.getBeanFactory().getBeanNamesForType(LoadBalancerCacheManager.class))
              .hasSize(1);
          LoadBalancerClient client = context.getBean(LoadBalancerClient.class);
          assertThat(chosen(client)).containsExactly("10.0.0.1", "10.0.0.2");

          checkout.pod("checkout-0").ready(false);
          checkout.addPod("checkout-2", "10.0.0.3", "z1");

          await()
              .atMost(Duration.ofSeconds(10))
              .untilAsserted(
                  () -> assertThat(chosen(client)).containsExactly("10.0.0.2", "10.0.0.3"));
        });
  }

  @Test
  void zonePreferenceWorksByTheZoneInTheMetadata() {
    cluster.service("checkout", "z1", "z2", "z2");
    runner
        .withPropertyValues(
            "spring.cloud.loadbalancer.configurations=zone-preference",
            "spring.cloud.loadbalancer.zone=z2")
        .run(
            context ->
                assertThat(chosen(context.getBean(LoadBalancerClient.class)))
                    .containsExactly("10.0.0.2", "10.0.0.3"));
  }
}
