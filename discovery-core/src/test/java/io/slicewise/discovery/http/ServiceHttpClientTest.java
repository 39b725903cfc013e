package io.slicewise.discovery.http;

import static io.slicewise.discovery.http.HttpCluster.soon;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where calls go and what they say there. */
class ServiceHttpClientTest {

  private final HttpCluster cluster = new HttpCluster();

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  private static String body(Response response) throws IOException {
    try (response) {
      return response.body().string();
    }
  }

  @Test
  void callsEveryPodAndNamesTheService() throws Exception {
    List<Backend> pods = List.of(cluster.pod("127.0.1.1"), cluster.pod("127.0.1.2"));
    ServiceHttpClient client = cluster.client();

    soon()
        .until(
            () -> {
              assertThat(body(client.get("/orders/7?state=open"))).isEqualTo("hello");
              return pods.stream().noneMatch(pod -> pod.exchanges().isEmpty());
            });

    assertThat(pods.get(0).exchanges().get(0).path()).isEqualTo("/orders/7?state=open");
    assertThat(pods.get(0).exchanges()).allMatch(each -> each.host().equals("checkout.shop.svc"));
  }

  @Test
  void tellsWhichPodWasPicked() throws Exception {
    Backend sick = cluster.pod("127.0.1.1").with(exchange -> exchange.reply(503, ""));
    Backend well = cluster.pod("127.0.1.2").with(exchange -> exchange.reply(200, ""));

    ServiceHttpClient client = cluster.client(cluster.builder().retryBudget(1));
    while (sick.exchanges().isEmpty()) {
      try (Response response = client.get("/orders/7")) {
        assertThat(response.request().tag(Endpoint.class).address()).isEqualTo(well.host());
      }
    }
  }

  @Test
  void sendsBodies() throws Exception {
    Backend pod = cluster.pod("127.0.1.1").with(exchange -> exchange.reply(201, exchange.body()));
    ServiceHttpClient client = cluster.client();
    RequestBody order = RequestBody.create("one book", MediaType.get("text/plain"));

    Response response = client.send(client.request("orders").post(order).build());

    assertThat(response.code()).isEqualTo(201);
    assertThat(body(response)).isEqualTo("one book");
    assertThat(pod.exchanges().get(0).method()).isEqualTo("POST");
    assertThat(pod.exchanges().get(0).path()).isEqualTo("/orders");
  }

  @ParameterizedTest
  @CsvSource({
    "http://checkout/a, checkout",
    "http://checkout.shop/a, checkout.shop",
    "http://CHECKOUT.shop.svc/a, checkout.shop.svc",
    "http://checkout.shop.svc.cluster.local/a, checkout.shop.svc.cluster.local",
  })
  void takesAnyNameOfTheServiceAndKeepsIt(String url, String host) throws Exception {
    Backend pod = cluster.pod("127.0.1.1");

    assertThat(body(cluster.client().get(url))).isEqualTo("hello");

    assertThat(pod.exchanges().get(0).host()).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/",
        "//example.com/",
        "http://checkout.depot/",
        "http://other.shop/",
        "http://10.0.0.1/",
        "http://db-0.checkout.shop/"
      })
  void refusesUrlsOfOthers(String url) throws Exception {
    cluster.pod("127.0.1.1");
    ServiceHttpClient client = cluster.client();

    assertThatThrownBy(() -> client.get(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: checkout.shop.svc or another name of checkout.shop:http");
    if (url.startsWith("http")) {
      Request request = new Request.Builder().url(url).build();
      assertThatThrownBy(() -> client.newCall(request))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesWhatIsNoUrl() throws Exception {
    cluster.pod("127.0.1.1");
    ServiceHttpClient client = cluster.client();

    assertThatThrownBy(() -> client.get("ftp://checkout/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a path, or an http or https URL of checkout.shop:http");
    assertThatThrownBy(() -> cluster.builder().authority("a/b").build())
        .hasMessage("authority: a/b (expected: host or host:port)");
    assertThatThrownBy(() -> cluster.builder().scheme("ftp"))
        .hasMessage("scheme: ftp (expected: http or https)");
    assertThatThrownBy(() -> cluster.builder().retryBudget(1.5))
        .hasMessage("retryBudget: 1.5 (expected: 0 to 1)");
    assertThatThrownBy(() -> cluster.builder().connectTimeout(Duration.ZERO))
        .hasMessage("connectTimeout: PT0S (expected: > 0)");
  }

  @Test
  void readsThePortOfAUrlAsThatOfATarget() throws Exception {
    Backend http = cluster.pod("127.0.1.1");
    Backend admin = cluster.backend("127.0.1.1", null).with(e -> e.reply(200, "admin"));
    cluster.service.port("admin", admin.port());
    ServiceHttpClient client = cluster.client();

    assertThat(body(client.get("http://checkout.shop:" + admin.port() + "/a"))).isEqualTo("admin");
    assertThat(body(client.get("http://checkout.shop:" + http.port() + "/a"))).isEqualTo("hello");
    assertThat(body(client.get("/a"))).isEqualTo("hello");

    assertThat(admin.exchanges()).hasSize(1);
    assertThat(admin.exchanges().get(0).host()).isEqualTo("checkout.shop:" + admin.port());
    assertThatThrownBy(() -> client.get("http://checkout.shop:9/a"))
        .isInstanceOf(ConnectException.class)
        .hasCauseInstanceOf(NoEndpointException.class)
        .hasMessageContaining("no target port 9; there is");
  }

  @Test
  void callsAtMostSixteenPorts() throws Exception {
    cluster.pod("127.0.1.1");
    ServiceHttpClient client = cluster.client();
    for (int port = 1; port <= 15; port++) {
      Call unused = client.newCall(client.request("http://checkout.shop:" + port + "/").build());
    }

    assertThatThrownBy(() -> client.newCall(client.request("http://checkout.shop:99/").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: one of the 16 ports that were called before");
  }

  @Test
  void sendsTheAuthorityItWasGiven() throws Exception {
    Backend pod = cluster.pod("127.0.1.1");
    ServiceHttpClient client = cluster.client(cluster.builder().authority("shop.example.com:8443"));

    assertThat(body(client.get("/a"))).isEqualTo("hello");

    assertThat(pod.exchanges().get(0).host()).isEqualTo("shop.example.com:8443");
  }

  @Test
  void tellsVirtualHostsOfOnePodApart() throws Exception {
    Backend pod = cluster.pod("127.0.1.1").with(e -> e.reply(200, "I am " + e.host()));
    cluster
        .api
        .cluster()
        .service("shop", "basket")
        .port("http", 80, pod.port())
        .addPod("pod", pod.host(), null);
    ServiceHttpClient checkout = cluster.client();
    ServiceHttpClient basket = cluster.keep(ServiceHttpClient.to("basket:http", cluster.discovery));

    assertThat(body(checkout.get("/"))).isEqualTo("I am checkout.shop.svc");
    assertThat(body(basket.get("/"))).isEqualTo("I am basket.shop.svc");
  }

  @Test
  void keepsEndpointsOfOneAddressApart() throws Exception {
    for (int i = 0; i < 3; i++) {
      Backend pod = cluster.pod("127.0.1.1");
      pod.with(exchange -> exchange.reply(200, String.valueOf(pod.port())));
    }
    ServiceHttpClient client = cluster.client();
    Set<String> ports = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ports.add(body(client.get("/")));
    }
    assertThat(ports).hasSize(3);
  }

  @Test
  void callsOnePodByItsHostName() throws Exception {
    Backend wanted = cluster.backend("127.0.1.1", null);
    SimulatedPod unused = cluster.list(wanted).hostname("checkout-0");
    Backend other = cluster.pod("127.0.1.2");
    ServiceHttpClient client =
        cluster.keep(ServiceHttpClient.to("checkout-0.checkout.shop:http", cluster.discovery));
    for (int i = 0; i < 10; i++) {
      assertThat(body(client.get("/"))).isEqualTo("hello");
    }
    assertThat(wanted.exchanges()).hasSize(10);
    assertThat(wanted.exchanges().get(0).host()).isEqualTo("checkout-0.checkout.shop.svc");
    assertThat(other.exchanges()).isEmpty();
  }

  @Test
  void callsIpv6() throws Exception {
    cluster.service.families("IPv6");
    Backend pod = cluster.pod("::1");
    ServiceHttpClient client =
        cluster.client(cluster.builder().watch(WatchOptions.DEFAULTS.withFamily(AddressType.IPV6)));

    assertThat(body(client.get("/"))).isEqualTo("hello");

    assertThat(pod.exchanges().get(0).host()).isEqualTo("checkout.shop.svc");
    assertThat(client.watch().view().eligible().get(0).addressType()).isEqualTo(AddressType.IPV6);
  }

  @Test
  void resolvesEndpointsThatAreHostNames() throws Exception {
    Backend pod = cluster.backend("127.0.0.1", null);
    String unused =
        cluster
            .api
            .cluster()
            .create(
                """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"FQDN",
                 "metadata":{"name":"outside-1","namespace":"shop",
                   "labels":{"kubernetes.io/service-name":"outside"}},
                 "endpoints":[{"addresses":["localhost"]}],
                 "ports":[{"name":"http","port":%d,"protocol":"TCP"}]}
                """
                    .formatted(pod.port()));
    ServiceHttpClient client =
        cluster.keep(
            ServiceHttpClient.builder("outside:http", cluster.discovery)
                .watch(WatchOptions.DEFAULTS.withHostNames(true))
                .configure(
                    builder ->
                        builder.dns(
                            host -> {
                              assertThat(host).isEqualTo("localhost");
                              return List.of(InetAddress.getByName("127.0.0.1"));
                            }))
                .build());

    assertThat(body(client.get("/"))).isEqualTo("hello");

    assertThat(pod.exchanges().get(0).host()).isEqualTo("outside.shop.svc");
  }

  @Test
  void staysAtThePodForARedirectInsideTheService() throws Exception {
    for (int i = 1; i <= 3; i++) {
      Backend pod = cluster.pod("127.0.1." + i);
      pod.with(
          exchange -> {
            if (exchange.path().equals("/old")) {
              exchange.reply(302, "", "Location: /new");
            } else {
              exchange.reply(200, pod.exchanges().size() + " at " + exchange.host());
            }
          });
    }
    ServiceHttpClient client = cluster.client();

    assertThat(body(client.get("/old"))).isEqualTo("2 at checkout.shop.svc");
  }

  @Test
  void followsARedirectThatLeavesTheService() throws Exception {
    Backend elsewhere = cluster.backend("127.0.2.1", null).with(e -> e.reply(200, "elsewhere"));
    Backend vip = cluster.backend("127.0.2.2", null).with(e -> e.reply(200, "at the Service"));
    cluster
        .pod("127.0.1.1")
        .with(
            e ->
                e.reply(
                    302,
                    "",
                    e.path().equals("/out")
                        ? "Location: http://other.example.com:" + elsewhere.port() + "/"
                        : "Location: http://checkout.shop.svc:" + vip.port() + "/"));
    ServiceHttpClient client =
        cluster.client(
            cluster
                .builder()
                .configure(
                    builder ->
                        builder.dns(
                            host ->
                                List.of(
                                    InetAddress.getByName(
                                        host.equals("other.example.com")
                                            ? "127.0.2.1"
                                            : "127.0.2.2")))));

    assertThat(body(client.get("/out"))).isEqualTo("elsewhere");
    assertThat(body(client.get("/other-port"))).isEqualTo("at the Service");
    assertThat(elsewhere.exchanges().get(0).host())
        .isEqualTo("other.example.com:" + elsewhere.port());
  }

  @Test
  void waitsForTheFirstView() throws Exception {
    cluster.pod("127.0.1.1");
    cluster.api.faults().refuse();
    ServiceHttpClient client =
        cluster.keep(cluster.builder().firstViewTimeout(Duration.ofSeconds(20)).build());
    CompletableFuture<Response> early = client.sendAsync(client.request("/").build());
    assertThat(early).isNotDone();
    cluster.api.faults().accept();

    assertThat(body(early.get(20, SECONDS))).isEqualTo("hello");
  }

  @Test
  void saysWhyThereIsNoPodToCall() throws Exception {
    cluster.api.faults().forbid("*", "endpointslices", "shop");
    ServiceHttpClient blind =
        cluster.keep(cluster.builder().firstViewTimeout(Duration.ofMillis(1)).build());
    assertThatThrownBy(() -> blind.get("/"))
        .isInstanceOf(ConnectException.class)
        .hasCauseInstanceOf(NoEndpointException.class)
        .hasMessageStartingWith("no endpoint to pick: checkout.shop:http (PENDING");
    cluster.api.faults().allowAll();
    Backend pod = cluster.pod("127.0.1.1");
    ServiceHttpClient client = cluster.client();
    SimulatedPod listed = cluster.podOf(pod).stopServing();
    soon().until(() -> client.watch().view().eligible().isEmpty());

    assertThatThrownBy(() -> client.get("/"))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("0 ready, 0 serving-terminating, 1 not ready");
    CompletableFuture<Response> later = client.sendAsync(client.request("/").build());
    assertThatThrownBy(() -> later.get(20, SECONDS))
        .hasCauseInstanceOf(ConnectException.class)
        .hasMessageContaining("1 not ready");
    listed.ready(true);
    soon().until(() -> client.watch().view().eligible().size() == 1);
    assertThat(body(client.get("/"))).isEqualTo("hello");
  }

  @Test
  void keepsTheSettingsAndInterceptorsOfTheClientItIsDerivedFrom() throws Exception {
    Backend pod = cluster.pod("127.0.1.1").with(exchange -> {});
    ServiceHttpClient client =
        cluster.client(
            cluster
                .builder()
                .configure(
                    builder ->
                        builder.addInterceptor(
                            chain ->
                                chain
                                    .withReadTimeout(1, TimeUnit.MILLISECONDS)
                                    .proceed(
                                        chain
                                            .request()
                                            .newBuilder()
                                            .header("X-Trace", "1")
                                            .build()))));

    assertThatThrownBy(() -> client.get("/")).isInstanceOf(SocketTimeoutException.class);

    soon().until(() -> pod.exchanges().size() == 1);
    assertThat(pod.exchanges().get(0).headers()).containsEntry("x-trace", "1");
  }

  @Test
  void isACallFactory() throws Exception {
    Backend pod = cluster.pod("127.0.1.1");
    Call.Factory factory = cluster.client();
    HttpUrl base = HttpUrl.get("http://checkout.shop/api/");

    Call call = factory.newCall(new Request.Builder().url(base.resolve("orders")).build());

    assertThat(body(call.execute())).isEqualTo("hello");
    assertThat(body(call.clone().execute())).isEqualTo("hello");
    assertThat(pod.exchanges()).allMatch(each -> each.path().equals("/api/orders"));
  }

  @Test
  void startsNothingAfterItsClose() throws Exception {
    Backend pod = cluster.pod("127.0.1.1");
    ServiceHttpClient client = cluster.client();
    Call early = client.newCall(client.request("/").build());
    assertThat(body(client.sendAsync(client.request("/").build()).get(20, SECONDS)))
        .isEqualTo("hello");
    assertThat(pod.openConnections()).isEqualTo(1);

    client.close();
    client.close();

    soon().until(() -> pod.openConnections() == 0);
    assertThatThrownBy(early::execute).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> client.get("/"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the client of checkout.shop:http is closed");
    soon()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("slicewise-http")));
  }
}
