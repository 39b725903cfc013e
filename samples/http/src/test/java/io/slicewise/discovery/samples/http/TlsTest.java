package io.slicewise.discovery.samples.http;

import static io.slicewise.discovery.samples.http.TestCluster.assertNothingInFlight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Certificates name the Service, and connections go to the address of a pod. */
class TlsTest {

  private static final String NAME = "checkout.shop.svc";
  private static final String OTHER = "basket.shop.svc";
  private static final URI SERVICE = URI.create("https://" + NAME);

  @TempDir Path directory;
  private TestCluster cluster;

  @BeforeEach
  void open() throws IOException {
    cluster = new TestCluster(directory);
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void hostSniAndCertificateAreTheServices(Example example) throws Exception {
    // The server has both certificates, and shows the one that it is asked for.
    TestCertificates both = new TestCertificates(OTHER, NAME);
    TestPod pod = cluster.pod("127.0.9.1", both.server());
    ServiceWatch watch = cluster.watch("checkout", WatchOptions.DEFAULTS);
    Example.Get calls = example.open(cluster, watch, SERVICE, both);

    assertThat(calls.get("/a").status()).isEqualTo(200);

    assertThat(pod.seen()).containsExactly(new TestPod.Seen("HTTP/1.1", NAME, "/a", NAME));
    assertNothingInFlight(watch);
  }

  @ParameterizedTest
  @EnumSource
  void theCertificateOfAnotherServiceIsRefused(Example example) throws Exception {
    TestCertificates wrong = new TestCertificates(OTHER);
    TestPod pod = cluster.pod("127.0.9.1", wrong.server());
    ServiceWatch watch = cluster.watch("checkout", WatchOptions.DEFAULTS);
    Example.Get calls = example.open(cluster, watch, SERVICE, wrong);

    assertThatThrownBy(() -> calls.get("/a")).isInstanceOf(SSLException.class);

    assertThat(pod.seen()).isEmpty();
    assertNothingInFlight(watch);
  }

  @ParameterizedTest
  @EnumSource
  void addressesOfIpv6WorkAsWell(Example example) throws Exception {
    TestCertificates certificates = new TestCertificates(NAME);
    TestPod pod = cluster.pod("::1", certificates.server());
    ServiceWatch watch = cluster.watch("checkout", WatchOptions.DEFAULTS);

    assertThat(example.open(cluster, watch, SERVICE, certificates).get("/a").status())
        .isEqualTo(200);

    assertThat(pod.seen()).containsExactly(new TestPod.Seen("HTTP/1.1", NAME, "/a", NAME));
  }

  /** A limit: the JDK falls back to the host of the URL where the name does not fit. */
  @ParameterizedTest
  @EnumSource
  void onlyTheJdkTakesTheCertificateOfThePodsAddress(Example example) throws Exception {
    TestCertificates certificates = new TestCertificates("127.0.9.1");
    cluster.pod("127.0.9.1", certificates.server());
    ServiceWatch watch = cluster.watch("checkout", WatchOptions.DEFAULTS);
    Example.Get calls = example.open(cluster, watch, SERVICE, certificates);

    if (example == Example.JDK) {
      assertThat(calls.get("/a").status()).isEqualTo(200);
    } else {
      assertThatThrownBy(() -> calls.get("/a")).isInstanceOf(SSLException.class);
    }
  }

  private static void sendWithoutServerNames(TestPod pod, TestCertificates trusted)
      throws Exception {
    var client = java.net.http.HttpClient.newBuilder().sslContext(trusted.client()).build();
    URI uri = URI.create("https://" + pod.host() + ":" + pod.port() + "/a");
    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  /** What {@link JdkHttpCalls#newClient} is for. */
  @Test
  void theJdkByItselfSendsNoSniAndChecksTheAddress() throws Exception {
    TestCertificates service = new TestCertificates(NAME);
    TestCertificates address = new TestCertificates("127.0.9.2");
    TestPod first = cluster.pod("127.0.9.1", service.server());
    TestPod second = cluster.pod("127.0.9.2", address.server());

    assertThatThrownBy(() -> sendWithoutServerNames(first, service))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("127.0.9.1");
    sendWithoutServerNames(second, address);

    assertThat(second.seen()).extracting(TestPod.Seen::sni).containsExactly("");
  }

  /** Why {@link JdkHttpCalls} speaks HTTP/1.1. */
  @Test
  void theJdkSaysTheAddressOfThePodInHttp2() throws Exception {
    TestCertificates certificates = new TestCertificates("127.0.9.1");
    TestPod pod = cluster.pod("127.0.9.1", certificates.server());
    var client = java.net.http.HttpClient.newBuilder().sslContext(certificates.client()).build();
    URI uri = URI.create("https://" + pod.host() + ":" + pod.port() + "/a");

    client.send(
        HttpRequest.newBuilder(uri).setHeader("Host", NAME).build(), BodyHandlers.ofString());

    assertThat(pod.seen())
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.version()).isEqualTo("HTTP/2.0");
              assertThat(seen.host()).contains("127.0.9.1:" + pod.port());
            });
  }

  /** Two Services may select the same pods. */
  @Test
  void oneApacheClientTellsServicesOfOnePodApart() throws Exception {
    TestCertificates both = new TestCertificates(OTHER, NAME);
    TestPod pod = cluster.pod("127.0.9.1", both.server());
    var client = cluster.keep(ApacheHttpCalls.newClient(both.client()));
    ApacheHttpCalls calls =
        new ApacheHttpCalls(cluster.watch("checkout", WatchOptions.DEFAULTS), client);
    for (int i = 0; i < 2; i++) {
      calls.execute(new HttpGet("https://" + NAME + "/a"));
      calls.execute(new HttpGet("https://" + OTHER + "/a"));
    }
    assertThat(pod.seen()).hasSize(4).allMatch(seen -> seen.host().equals(seen.sni()));
    assertThat(pod.seen().get(1).sni()).isEqualTo(OTHER);
  }

  /** Even where everything but the name is the same. */
  @Test
  void oneConnectionProviderTellsServicesOfOnePodApart() throws Exception {
    TestCertificates both = new TestCertificates(OTHER, NAME);
    TestPod pod = cluster.pod("127.0.9.1", both.server());
    ServiceWatch watch = cluster.watch("checkout", WatchOptions.DEFAULTS);
    ConnectionProvider pools = ReactorNettyCalls.newPools();
    cluster.keep(pools::dispose);
    HttpClient client = ReactorNettyCalls.newClient(SERVICE, pools, both.nettyClient());
    ReactorNettyCalls first = new ReactorNettyCalls(watch, SERVICE, client);
    ReactorNettyCalls second =
        new ReactorNettyCalls(
            watch,
            URI.create("https://" + OTHER),
            client.headers(headers -> headers.set(HttpHeaderNames.HOST, OTHER)));
    for (int i = 0; i < 2; i++) {
      first.get("/a").block();
      second.get("/a").block();
    }
    assertThat(pod.seen()).hasSize(4).allMatch(seen -> seen.host().equals(seen.sni()));
    assertThat(pod.seen().get(1).sni()).isEqualTo(OTHER);
  }
}
