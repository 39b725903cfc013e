package io.slicewise.discovery.samples.spring.caller;

import io.slicewise.discovery.samples.spring.Order;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** Asks the callee for each order; which pod that is, is not this application's business. */
@SpringBootApplication
public class CallerApplication {

  /** A client whose URIs name Services. */
  @Bean
  @LoadBalanced
  RestClient.Builder shop(RestClientBuilderConfigurer defaults) {
    return defaults.configure(RestClient.builder());
  }

  /** The one resource. */
  @RestController
  static class Checkout {

    private final RestClient callee;

    Checkout(RestClient.Builder shop, @Value("${callee.url:http://callee}") String callee) {
      this.callee = shop.baseUrl(callee).build();
    }

    @GetMapping("/checkout/{id}")
    Order checkout(@PathVariable("id") int id) {
      return Objects.requireNonNull(
          callee.get().uri("/orders/{id}", id).retrieve().body(Order.class));
    }
  }
}
