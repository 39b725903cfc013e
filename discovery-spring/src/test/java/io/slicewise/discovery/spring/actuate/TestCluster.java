package io.slicewise.discovery.spring.actuate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** An API server with the Service checkout.shop in three zones, and applications that use it. */
final class TestCluster implements AutoCloseable {

  final EmbeddedApiServer server = EmbeddedApiServer.start();
  final SimulatedService checkout = server.cluster().service("shop", "checkout");
  private final Path kubeconfig;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ConfigurableApplicationContext> applications = new ArrayList<>();

  TestCluster(Path directory) throws IOException {
    kubeconfig = server.writeKubeconfig(directory);
    checkout.port("grpc", 8080);
    checkout.batch(
        () -> {
          for (int i = 1; i <= 6; i++) {
            checkout.addPod("checkout-" + i, "10.0.0." + i, "z" + (1 + i % 3));
          }
        });
  }

  static ConditionFactory soon() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20));
  }

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  /** What an application needs to find the server. */
  String[] properties() {
    return new String[] {
      "slicewise.kubeconfig=" + kubeconfig,
      "slicewise.namespace=shop",
      "slicewise.zone=z1",
      "slicewise.watch.family=ipv4",
      "slicewise.watch.connect-jitter=0ms",
      "slicewise.watch.stale-after=100ms"
    };
  }

  /** Starts a web application on a random port, with everything exposed. */
  ConfigurableApplicationContext application(String... more) {
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Application.class)
            .properties(properties())
            .properties(
                "server.port=0",
                "spring.main.banner-mode=off",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.health.show-details=always",
                "spring.reactor.netty.shutdown-quiet-period=0s", // else each close waits for 2 s
                "spring.cloud.gateway.server.webflux.enabled=false")
            .properties(more)
            .run();
    applications.add(context);
    return context;
  }

  /** What an application answers. */
  record Answer(int status, JsonNode body) {}

  /** Asks an application's actuator. */
  Answer get(ConfigurableApplicationContext context, String path) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    URI uri = URI.create("http://localhost:" + port + "/actuator/" + path);
    try {
      HttpResponse<String> response =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), new ObjectMapper().readTree(response.body()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    applications.forEach(ConfigurableApplicationContext::close);
    server.close();
  }
}
