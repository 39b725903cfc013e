package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.spring.client.SlicewiseDiscoveryClientAutoConfiguration;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Discovery goes last: who is still served is still told whom to call. */
class ShutdownTest {

  /** An application that takes its time. */
  @RestController
  @ImportAutoConfiguration({
    LifecycleAutoConfiguration.class,
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    SlicewiseAutoConfiguration.class,
    SlicewiseDiscoveryClientAutoConfiguration.class
  })
  static class Application {

    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    private final ServiceWatches watches;
    private final DiscoveryClient client;

    Application(ServiceWatches watches, DiscoveryClient client) {
      this.watches = watches;
      this.client = client;
    }

    @GetMapping("/")
    String answer() throws InterruptedException {
      entered.countDown();
      assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
      return watches.find("checkout").watch().pick().authority()
          + " "
          + client.getInstances("other").size();
    }
  }

  @Test
  void aRequestUnderWayDuringGracefulShutdownIsStillToldWhomToCall() throws Exception {
    try (TestCluster cluster = new TestCluster()) {
      cluster.service("checkout", "z1");
      cluster.service("other", "z1", "z1");
      ConfigurableApplicationContext context =
          new SpringApplicationBuilder(Application.class)
              .web(WebApplicationType.SERVLET)
              .registerShutdownHook(false)
              .properties(
                  cluster.properties(
                      "server.port=0",
                      "spring.main.banner-mode=off",
                      "spring.lifecycle.timeout-per-shutdown-phase=25s",
                      "slicewise.startup.follow=checkout",
                      "slicewise.startup.fail-fast=true"))
              .run();
      int port = ((WebServerApplicationContext) context).getWebServer().getPort();
      Application application = context.getBean(Application.class);
      ServiceDiscovery discovery = context.getBean(ServiceDiscovery.class);

      CompletableFuture<HttpResponse<String>> answer =
          HttpClient.newHttpClient()
              .sendAsync(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port)).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(application.entered.await(30, TimeUnit.SECONDS)).isTrue();
      Thread closing = new Thread(context::close, "closing");
      closing.start();
      awaitRefused(port); // it is being shut down, and waits for the request
      application.goOn.countDown();

      assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("10.0.0.1:8080 2");
      closing.join(TimeUnit.SECONDS.toMillis(30));
      assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
      assertThatThrownBy(() -> discovery.watch("checkout"))
          .isInstanceOf(IllegalStateException.class);
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(TestCluster.threads()).isEqualTo(List.of()));
    }
  }

  private static void awaitRefused(int port) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThatThrownBy(
                        () -> {
                          try (Socket socket = new Socket()) {
                            socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
                          }
                        })
                    .isInstanceOf(ConnectException.class));
  }
}
