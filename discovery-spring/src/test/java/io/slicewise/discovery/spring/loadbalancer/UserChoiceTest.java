package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.Shop;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.cloud.loadbalancer.core.RandomLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorLoadBalancer;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.cloud.loadbalancer.support.ServiceInstanceListSuppliers;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.client.WebClient;

/** What the application has chosen itself stays as it is. */
@Timeout(60)
class UserChoiceTest {

  private static final Shop SHOP = new Shop();

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withPropertyValues(SHOP.properties())
          .withUserConfiguration(Application.class);

  @AfterAll
  static void stop() {
    SHOP.close();
  }

  @EnableAutoConfiguration
  static class Application {}

  /** A load balancer of the application's own. */
  static class OwnBalancer {
    @Bean
    ReactorLoadBalancer<ServiceInstance> own(
        Environment environment, ObjectProvider<ServiceInstanceListSupplier> instances) {
      return new RandomLoadBalancer(instances, LoadBalancerClientFactory.getName(environment));
    }
  }

  /** Instances of the application's own. */
  static class OwnInstances {
    @Bean
    ServiceInstanceListSupplier own(Environment environment) {
      String name = LoadBalancerClientFactory.getName(environment);
      return ServiceInstanceListSuppliers.from(
          name, new DefaultServiceInstance("1", name, "10.1.1.1", 80, false));
    }
  }

  @Configuration
  @org.springframework.cloud.loadbalancer.annotation.LoadBalancerClient(
      name = "checkout",
      configuration = OwnBalancer.class)
  static class ForOne {}

  @Configuration
  @LoadBalancerClients(defaultConfiguration = OwnBalancer.class)
  static class ForAll {}

  @Configuration
  @LoadBalancerClients(defaultConfiguration = OwnInstances.class)
  static class InstancesForAll {}

  private static Class<?> balancer(ApplicationContext context, String serviceId) {
    return context.getBean(LoadBalancerClientFactory.class).getInstance(serviceId).getClass();
  }

  /** Who hears of the calls to a service. */
  @SuppressWarnings("rawtypes")
  private static Map<String, LoadBalancerLifecycle> lifecycles(
      ApplicationContext context, String serviceId) {
    return context
        .getBean(LoadBalancerClientFactory.class)
        .getInstances(serviceId, LoadBalancerLifecycle.class);
  }

  @Test
  void picksUnlessSomethingElseIsWanted() {
    runner.run(
        context -> {
          assertThat(balancer(context, "checkout")).isEqualTo(SliceLoadBalancer.class);
          assertThat(balancer(context, "no_service")).isEqualTo(RoundRobinLoadBalancer.class);
        });
  }

  @Test
  void leavesAServiceToItsOwnLoadBalancer() {
    runner
        .withUserConfiguration(ForOne.class)
        .run(
            context -> {
              assertThat(balancer(context, "checkout")).isEqualTo(RandomLoadBalancer.class);
              assertThat(balancer(context, "ledger")).isEqualTo(SliceLoadBalancer.class);
            });
  }

  @Test
  void leavesAllServicesToALoadBalancerForAll() {
    runner
        .withUserConfiguration(ForAll.class)
        .run(
            context ->
                assertThat(balancer(context, "checkout")).isEqualTo(RandomLoadBalancer.class));
  }

  @Test
  void picksNothingWhereTheApplicationSaysWhichInstancesThereAre() {
    runner
        .withUserConfiguration(InstancesForAll.class)
        .run(
            context -> {
              assertThat(balancer(context, "checkout")).isEqualTo(RoundRobinLoadBalancer.class);
              ServiceInstance instance =
                  context.getBean(LoadBalancerClient.class).choose("checkout");
              assertThat(instance.getHost()).isEqualTo("10.1.1.1");
            });
  }

  @Test
  void isOffByOneProperty() {
    runner
        .withPropertyValues("slicewise.loadbalancer.enabled=false")
        .run(
            context -> {
              assertThat(balancer(context, "checkout")).isEqualTo(RoundRobinLoadBalancer.class);
              assertThat(lifecycles(context, "checkout")).isEmpty();
              assertThat(context).doesNotHaveBean(CallEndFilter.class);
              assertThat(context).hasSingleBean(ServiceWatches.class);
            });
    for (String off :
        List.of(
            "spring.cloud.discovery.enabled=false", "spring.cloud.loadbalancer.enabled=false")) {
      runner
          .withPropertyValues(off)
          .run(
              context ->
                  assertThat(context)
                      .hasNotFailed()
                      .doesNotHaveBean(SliceLoadBalancerAutoConfiguration.class));
    }
  }

  @Test
  void startsWithoutReactiveClientsAndGateways() {
    runner
        .withClassLoader(new FilteredClassLoader(WebClient.class, GlobalFilter.class))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(lifecycles(context, "checkout")).hasSize(1);
              assertThat(context).doesNotHaveBean("sliceCallEndFilter");
              assertThat(balancer(context, "checkout")).isEqualTo(SliceLoadBalancer.class);
            });
  }

  @Test
  void callsADnsNameWithoutFollowingAnything() {
    runner
        .withPropertyValues(
            "slicewise.services.checkout.dns-name=true",
            "slicewise.services.checkout.port=8443",
            "slicewise.services.checkout.secure=true",
            "slicewise.services.ledger.dns-name=true",
            "slicewise.services.ledger.namespace=books")
        .run(
            context -> {
              LoadBalancerClient client = context.getBean(LoadBalancerClient.class);
              assertThat(uri(client, "checkout")).hasToString("https://checkout.shop.svc:8443/a");
              assertThat(uri(client, "ledger")).hasToString("http://ledger.books.svc:80/a");
              assertThat(context.getBean(ServiceWatches.class).all()).isEmpty();
            });
  }

  private static URI uri(LoadBalancerClient client, String serviceId) {
    return client.reconstructURI(
        Objects.requireNonNull(client.choose(serviceId)), URI.create("http://" + serviceId + "/a"));
  }
}
