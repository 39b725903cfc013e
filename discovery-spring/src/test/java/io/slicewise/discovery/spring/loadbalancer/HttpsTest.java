package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.Shop;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.server.HttpServer;

/** Pods with certificates for their addresses, called as an application calls anything else. */
@Timeout(60)
class HttpsTest {

  private static final String PASSWORD = "changeit";

  @TempDir static Path directory;

  private static Shop shop;
  private static Callee named;
  private static Callee unnamed;
  private static ConfigurableApplicationContext context;

  /** Clients that are set up by Boot's properties. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {

    @Bean
    @LoadBalanced
    RestClient.Builder restClients(RestClientBuilderConfigurer configurer) {
      return configurer.configure(RestClient.builder());
    }

    @Bean
    @LoadBalanced
    WebClient.Builder webClients(ObjectProvider<WebClientCustomizer> customizers) {
      WebClient.Builder builder = WebClient.builder();
      customizers.orderedStream().forEach(each -> each.customize(builder));
      return builder;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    shop = new Shop();
    HttpServer server = server("127.8.0.1");
    named = shop.open("checkout", "127.8.0.1", "a", server);
    unnamed = shop.open("checkout", "127.8.0.2", "a", server); // the certificate of another pod
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.REACTIVE)
            .run(
                shop.arguments(
                    "slicewise.strategy=round-robin",
                    "slicewise.services.checkout.secure=true",
                    "spring.ssl.bundle.jks.pods.truststore.location=file:" + keys(),
                    "spring.ssl.bundle.jks.pods.truststore.password=" + PASSWORD,
                    "spring.ssl.bundle.jks.pods.truststore.type=PKCS12",
                    "spring.http.clients.ssl.bundle=pods",
                    "spring.cloud.loadbalancer.retry.enabled=true",
                    "spring.cloud.loadbalancer.retry.max-retries-on-next-service-instance=1",
                    "spring.cloud.gateway.server.webflux.enabled=true",
                    "spring.cloud.gateway.server.webflux.httpclient.ssl.ssl-bundle=pods",
                    "spring.cloud.gateway.server.webflux.routes[0].id=checkout",
                    "spring.cloud.gateway.server.webflux.routes[0].uri=lb://checkout",
                    "spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/**",
                    "spring.cloud.gateway.server.webflux.routes[0].filters[0].name=Retry",
                    "spring.cloud.gateway.server.webflux.routes[0].filters[0].args.retries=1"));
    await().until(() -> endpoints().size() == 2);
  }

  @AfterAll
  static void stop() {
    context.close();
    shop.close();
  }

  private static Path keys() {
    return directory.resolve("keys");
  }

  /** A server with a certificate for an address, signed by itself. */
  private static HttpServer server(String address) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=checkout",
                "-ext",
                "san=ip:" + address,
                "-alias",
                "pod",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys().toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SslContext tls = SslContextBuilder.forServer(factory).build();
    return HttpServer.create().secure(spec -> spec.sslContext(tls));
  }

  private static List<Endpoint> endpoints() {
    return Objects.requireNonNull(context.getBean(ServiceWatches.class).find("checkout"))
        .watch()
        .view()
        .eligible();
  }

  private static String restClient(String uri) {
    return context
        .getBean(RestClient.Builder.class)
        .build()
        .get()
        .uri(uri)
        .retrieve()
        .body(String.class);
  }

  private static String webClient(String uri) {
    return text(context.getBean(WebClient.Builder.class).build(), uri);
  }

  private static String gateway(String uri) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    return text(WebClient.create("http://127.0.0.1:" + port), "/");
  }

  private static String text(WebClient client, String uri) {
    return client.get().uri(uri).retrieve().bodyToMono(String.class).block();
  }

  @Test
  void ejectsAPodWhoseCertificateIsAnothers() {
    await()
        .until(
            () -> {
              assertThat(restClient("http://checkout/")).isEqualTo("127.8.0.1");
              return endpoints().size() == 1;
            });
    assertThat(endpoints()).extracting(Endpoint::address).containsExactly("127.8.0.1");
  }

  @Test
  void callsPodsByHttpsAndNoneWhoseCertificateIsAnothers() {
    List<Function<String, String>> clients =
        List.of(HttpsTest::restClient, HttpsTest::webClient, HttpsTest::gateway);
    int before = named.calls();
    for (Function<String, String> client : clients) {
      for (int i = 0; i < 10; i++) {
        assertThat(client.apply("http://checkout/")).isEqualTo("127.8.0.1");
      }
    }
    TreeSet<String> schemes = new TreeSet<>();
    named.requests().forEach(request -> schemes.add(request.scheme()));
    assertThat(schemes).containsExactly("https");
    assertThat(named.calls() - before).isEqualTo(30);
    assertThat(unnamed.calls()).isZero();
    await()
        .until(
            () ->
                context
                    .getBean(ServiceWatches.class)
                    .find("checkout")
                    .watch()
                    .view()
                    .endpoints()
                    .stream()
                    .allMatch(endpoint -> endpoint.inFlight() == 0));
  }
}
