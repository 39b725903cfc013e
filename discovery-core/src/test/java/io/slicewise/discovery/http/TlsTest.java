package io.slicewise.discovery.http;

import static io.slicewise.discovery.http.HttpCluster.assertNothingInFlight;
import static io.slicewise.discovery.http.HttpCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Certificates name the Service, and connections go to the address of a pod. */
class TlsTest {

  private final HttpCluster cluster = new HttpCluster();
  private final List<Http2Backend> servers = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    cluster.close();
    for (Http2Backend server : servers) {
      server.close();
    }
  }

  private ServiceHttpClient client(TestCertificates certificates) throws Exception {
    return cluster.client(cluster.builder().scheme("https").configure(certificates::trust));
  }

  private Http2Backend list(SimulatedService service, Http2Backend server) {
    servers.add(server);
    service.batch(
        () -> {
          SimulatedPod unused =
              service
                  .addPod("pod-" + server.port(), server.host(), null)
                  .port("http", server.port());
        });
    return server;
  }

  private static Protocol get(ServiceHttpClient client) throws IOException {
    try (Response response = client.get("/a")) {
      assertThat(response.body().string()).isEqualTo("hello");
      return response.protocol();
    }
  }

  @Test
  void checksTheCertificateAgainstTheServiceOverHttp1() throws Exception {
    TestCertificates certificates = new TestCertificates("checkout.shop.svc");
    Backend pod = cluster.pod("127.0.7.1", certificates.server());

    assertThat(get(client(certificates))).isEqualTo(Protocol.HTTP_1_1);

    assertThat(pod.exchanges().get(0).host()).isEqualTo("checkout.shop.svc");
    assertThat(pod.exchanges().get(0).sni()).isEqualTo("checkout.shop.svc");
  }

  @Test
  void checksTheCertificateAgainstTheServiceOverHttp2() throws Exception {
    TestCertificates certificates = new TestCertificates("checkout.shop.svc");
    Http2Backend pod = list(cluster.service, Http2Backend.tls("127.0.7.1", certificates));

    assertThat(get(client(certificates))).isEqualTo(Protocol.HTTP_2);

    assertThat(pod.seen())
        .containsExactly(
            new Http2Backend.Seen("HTTP/2.0", "checkout.shop.svc", "/a", "checkout.shop.svc"));
  }

  @Test
  void refusesTheCertificateOfAnother() throws Exception {
    TestCertificates certificates = new TestCertificates("basket.shop.svc");
    Backend pod = cluster.pod("127.0.7.1", certificates.server());
    ServiceHttpClient client = client(certificates);

    assertThatThrownBy(() -> get(client))
        .isInstanceOf(SSLPeerUnverifiedException.class)
        .hasMessageContaining("checkout.shop.svc not verified");

    assertThat(pod.exchanges()).isEmpty();
    assertNothingInFlight(client);
  }

  /** The certificate of the one is wrong: that is no reason not to ask the other. */
  @Test
  void asksAnotherPodWhenACertificateIsWrong() throws Exception {
    TestCertificates both = new TestCertificates("checkout.shop.svc", "basket.shop.svc");
    TestCertificates wrong = new TestCertificates("basket.shop.svc");
    Http2Backend good = list(cluster.service, Http2Backend.tls("127.0.7.1", both));
    Backend bad = cluster.pod("127.0.7.2", wrong.server());
    ServiceHttpClient client = client(both);
    RequestBody order = RequestBody.create("one book", MediaType.get("text/plain"));
    for (int i = 0; i < 10; i++) {
      client.send(client.request("/").post(order).build()).close();
    }
    assertThat(good.seen()).hasSize(10);
    assertThat(bad.exchanges()).isEmpty();
  }

  @Test
  void tellsVirtualHostsOfOnePodApartBySni() throws Exception {
    TestCertificates certificates = new TestCertificates("checkout.shop.svc", "basket.shop.svc");
    Http2Backend pod = list(cluster.service, Http2Backend.tls("127.0.7.1", certificates));
    SimulatedService basket =
        cluster.api.cluster().service("shop", "basket").port("http", 80, pod.port());
    SimulatedPod unused = basket.addPod("pod", pod.host(), null);
    ServiceHttpClient first = client(certificates);
    ServiceHttpClient second =
        cluster.keep(
            ServiceHttpClient.builder("basket:http", cluster.discovery)
                .scheme("https")
                .configure(certificates::trust)
                .build());
    second.watch().whenSynced().get(20, TimeUnit.SECONDS);
    for (int i = 0; i < 3; i++) {
      assertThat(get(first)).isEqualTo(Protocol.HTTP_2);
      assertThat(get(second)).isEqualTo(Protocol.HTTP_2);
    }
    assertThat(pod.seen()).hasSize(6).allMatch(seen -> seen.authority().equals(seen.sni()));
    assertThat(pod.seen().get(1).sni()).isEqualTo("basket.shop.svc");
  }

  /** OkHttp would take one connection for two hosts of one address and certificate. */
  @Test
  void doesNotShareHttp2ConnectionsBetweenEndpointsOfOneAddress() throws Exception {
    TestCertificates certificates = new TestCertificates("checkout.shop.svc");
    for (int i = 0; i < 3; i++) {
      list(cluster.service, Http2Backend.tls("127.0.7.1", certificates));
    }
    ServiceHttpClient client = client(certificates);
    for (int i = 0; i < 60; i++) {
      assertThat(get(client)).isEqualTo(Protocol.HTTP_2);
    }
    assertThat(servers).allMatch(server -> server.seen().size() > 2);
    assertThat(servers).allMatch(server -> server.openConnections() == 1);
    cluster.service.pod("pod-" + servers.get(0).port()).remove();
    soon().until(() -> servers.get(0).openConnections() == 0);
    assertThat(servers.get(1).openConnections()).isEqualTo(1);
  }

  @Test
  void findsAConnectionClosedBeforeItSendsOverIt() throws Exception {
    TestCertificates certificates = new TestCertificates("checkout.shop.svc");
    Backend pod = cluster.pod("127.0.7.1", certificates.server());
    AtomicLong clock = new AtomicLong();
    ServiceHttpClient client =
        cluster.client(
            cluster
                .builder()
                .scheme("https")
                .nanoTime(clock::get)
                .retryBudget(0)
                .configure(certificates::trust));
    for (int i = 0; i < 3; i++) { // open, and asked whether it is
      assertThat(get(client)).isEqualTo(Protocol.HTTP_1_1);
      clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
    }
    assertThat(pod.acceptedConnections()).isEqualTo(1);
    soon()
        .until(
            () -> {
              pod.closeIdle();
              return pod.openConnections() == 0;
            });

    assertThat(get(client)).isEqualTo(Protocol.HTTP_1_1);

    assertThat(pod.acceptedConnections()).isEqualTo(2);
    assertThat(pod.exchanges()).hasSize(4);
  }

  @Test
  void speaksHttp2WithoutTlsWhenItIsTold() throws Exception {
    Http2Backend pod = list(cluster.service, Http2Backend.plain("127.0.7.1"));
    ServiceHttpClient client =
        cluster.client(
            cluster
                .builder()
                .configure(builder -> builder.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))));

    assertThat(get(client)).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);

    assertThat(pod.seen())
        .containsExactly(new Http2Backend.Seen("HTTP/2.0", "checkout.shop.svc", "/a", ""));
  }
}
