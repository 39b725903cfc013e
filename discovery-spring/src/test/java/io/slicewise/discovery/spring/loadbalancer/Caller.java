package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.Shop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

/** A real application with every {@link Kind} of client, a gateway in front of it. */
final class Caller implements AutoCloseable {

  private final ConfigurableApplicationContext context;

  /** What the application is made of. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  @EnableFeignClients(clients = Kind.FeignCheckout.class)
  @ImportHttpServices(group = "checkout", types = Kind.BlockingCheckout.class)
  @ImportHttpServices(
      group = "reactive",
      types = Kind.ReactiveCheckout.class,
      clientType = ClientType.WEB_CLIENT)
  static class Application {

    @Bean
    @LoadBalanced
    RestClient.Builder restClients() {
      return RestClient.builder();
    }

    @Bean
    @LoadBalanced
    RestTemplate restTemplate() {
      return new RestTemplate();
    }

    @Bean
    @LoadBalanced
    WebClient.Builder webClients() {
      return WebClient.builder();
    }
  }

  private Caller(ConfigurableApplicationContext context) {
    this.context = context;
  }

  Caller(Shop shop, String... properties) {
    this(
        start(
            shop,
            WebApplicationType.REACTIVE,
            List.of(
                "spring.http.serviceclient.reactive.base-url=lb://checkout",
                "spring.cloud.gateway.server.webflux.enabled=true",
                "spring.cloud.gateway.server.webflux.routes[0].id=checkout",
                "spring.cloud.gateway.server.webflux.routes[0].uri=lb://checkout",
                "spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/**"),
            properties));
  }

  /** An application without a gateway, which starts sooner. */
  static Caller withoutGateway(Shop shop, String... properties) {
    return new Caller(start(shop, WebApplicationType.NONE, List.of(), properties));
  }

  /** One that has more to it. */
  static Caller withoutGateway(Shop shop, Class<?> more, String... properties) {
    return new Caller(start(shop, WebApplicationType.NONE, List.of(), properties, more));
  }

  private static ConfigurableApplicationContext start(
      Shop shop,
      WebApplicationType type,
      List<String> first,
      String[] properties,
      Class<?>... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(properties));
    return new SpringApplicationBuilder(Application.class)
        .sources(more)
        .web(type)
        .run(shop.arguments(all.toArray(String[]::new)));
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  ConfigurableApplicationContext context() {
    return context;
  }

  int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  /** The watch of a Service, which is followed from now on. */
  ServiceWatch watch(String serviceId) {
    return Objects.requireNonNull(bean(ServiceWatches.class).find(serviceId)).watch();
  }

  /** Waits for the first list of a Service. */
  ServiceWatch synced(String serviceId) {
    ServiceWatch watch = watch(serviceId);
    watch.whenSynced().orTimeout(10, TimeUnit.SECONDS).join();
    return watch;
  }

  /** The addresses that may be picked. */
  List<String> eligible(String serviceId) {
    return watch(serviceId).view().eligible().stream().map(Endpoint::address).sorted().toList();
  }

  int inFlight(String serviceId) {
    return watch(serviceId).view().endpoints().stream().mapToInt(Endpoint::inFlight).sum();
  }

  /** Makes calls and counts who has answered them. */
  TreeMap<String, Integer> call(Kind kind, int times) {
    TreeMap<String, Integer> answers = new TreeMap<>();
    IntStream.range(0, times).forEach(i -> answers.merge(kind.call(this), 1, Integer::sum));
    return answers;
  }

  @Override
  public void close() {
    context.close();
  }
}
