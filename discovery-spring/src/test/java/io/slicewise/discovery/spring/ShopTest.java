package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The servers of the shop are there where its API server says. */
class ShopTest {

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {}

  @Test
  void isCalledWhereItSaysItIs() throws Exception {
    try (Shop shop = new Shop()) {
      Callee callee = shop.open("checkout", "127.0.1.1", "a");
      try (ConfigurableApplicationContext context =
          new SpringApplicationBuilder(Application.class)
              .web(WebApplicationType.NONE)
              .run(shop.arguments())) {
        ServiceWatches watches = context.getBean(ServiceWatches.class);
        ServiceWatch checkout = Objects.requireNonNull(watches.find("checkout")).watch();
        Endpoint endpoint =
            checkout.whenSynced().thenApply(view -> checkout.pick()).get(5, TimeUnit.SECONDS);
        String answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create("http://" + endpoint.authority())).build(),
                    BodyHandlers.ofString())
                .body();
        assertThat(answer).isEqualTo("127.0.1.1");
        assertThat(callee.calls()).isEqualTo(1);
        assertThat(endpoint.zone()).isEqualTo("a");
      }
    }
  }
}
