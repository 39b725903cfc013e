package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.springframework.cloud.gateway.server.mvc.filter.LoadBalancerFilterFunctions.lb;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.Shop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;
import reactor.core.publisher.Sinks;

/** The gateway on servlets, which shows its lifecycle an instance of its own. */
@Timeout(60)
class ServletGatewayTest {

  private final Shop shop = new Shop();
  private Callee first;
  private Callee second;
  private ConfigurableApplicationContext context;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    RouterFunction<ServerResponse> checkout() {
      return route("checkout").GET("/orders", http()).filter(lb("checkout")).build();
    }
  }

  @BeforeEach
  void open() {
    first = shop.open("checkout", "127.0.1.1", "a");
    second = shop.open("checkout", "127.0.1.2", "a");
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.SERVLET)
            .run(shop.arguments("slicewise.strategy=round-robin"));
    await().until(() -> endpoints().size() == 2);
  }

  @AfterEach
  void close() {
    context.close();
    shop.close();
  }

  private List<Endpoint> endpoints() {
    return Objects.requireNonNull(context.getBean(ServiceWatches.class).find("checkout"))
        .watch()
        .view()
        .eligible();
  }

  private HttpResponse<String> get() throws Exception {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders")).build(),
            BodyHandlers.ofString());
  }

  @Test
  void callsThePodsAndCountsTheCalls() throws Exception {
    TreeSet<String> answers = new TreeSet<>();
    for (int i = 0; i < 6; i++) {
      answers.add(get().body());
    }
    assertThat(answers).containsExactly("127.0.1.1", "127.0.1.2");
    assertThat(endpoints()).allMatch(endpoint -> endpoint.inFlight() == 0);

    Sinks.Empty<Void> signal = Sinks.empty();
    first.answersAfter(signal.asMono());
    second.answersAfter(signal.asMono());
    Thread call = new Thread(this::getQuietly);
    call.start();
    await().until(() -> first.open() + second.open() == 1);
    assertThat(endpoints().stream().mapToInt(Endpoint::inFlight).sum()).isEqualTo(1);
    signal.tryEmitEmpty().orThrow();
    await().until(() -> !call.isAlive());
    assertThat(endpoints()).allMatch(endpoint -> endpoint.inFlight() == 0);
  }

  @Test
  void ejectsAPodThatCannotServe() {
    first.answers(503);
    second.answers(500);
    await()
        .until(
            () -> {
              getQuietly();
              return endpoints().size() == 1 && second.calls() > 20;
            });
    assertThat(endpoints()).extracting(Endpoint::address).containsExactly("127.0.1.2");
  }

  private void getQuietly() {
    try {
      HttpResponse<String> unused = get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
