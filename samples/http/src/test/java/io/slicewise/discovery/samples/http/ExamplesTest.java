package io.slicewise.discovery.samples.http;

import static io.slicewise.discovery.samples.http.TestCluster.assertNothingInFlight;
import static io.slicewise.discovery.samples.http.TestCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.policy.TopologyPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every example does, over plain HTTP. */
class ExamplesTest {

  private static final URI SERVICE = URI.create("http://checkout.shop.svc");
  private static final WatchOptions NO_EJECTION =
      WatchOptions.DEFAULTS.withHealth(HealthOptions.OFF);

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

  private Example.Get calls(Example example, ServiceWatch watch) throws Exception {
    return example.open(cluster, watch, SERVICE, new TestCertificates());
  }

  @ParameterizedTest
  @EnumSource
  void eachCallGoesToAPodOfTheOwnZoneAndSaysTheServicesName(Example example) throws Exception {
    List<TestPod> near = List.of(cluster.pod("127.0.8.1"), cluster.pod("127.0.8.2"));
    TestPod far = cluster.pod("127.0.8.3", 0, "zone-b", null);
    ServiceWatch watch =
        cluster.watch("checkout", WatchOptions.DEFAULTS.withPolicy(TopologyPolicy.sameZone()));
    Example.Get calls = calls(example, watch);
    for (int i = 0; i < 20; i++) {
      assertThat(calls.get("/orders/7?a=b").status()).isEqualTo(200);
    }

    assertThat(far.seen()).isEmpty();
    assertThat(near)
        .allSatisfy(
            pod ->
                assertThat(pod.seen())
                    .isNotEmpty()
                    .allMatch(
                        new TestPod.Seen("HTTP/1.1", "checkout.shop.svc", "/orders/7?a=b", "")
                            ::equals));
    assertNothingInFlight(watch);
  }

  /** The same name and the same port, so that only the address tells their connections apart. */
  @ParameterizedTest
  @EnumSource
  void twoPodsOfOneNameAreNeverMixedUp(Example example) throws Exception {
    TestPod first = cluster.pod("127.0.8.1");
    TestPod second = cluster.pod("127.0.8.2", first.port(), "zone-a", null);
    ServiceWatch watch =
        cluster.watch("checkout", WatchOptions.DEFAULTS.withStrategy(PickStrategy.RANDOM));
    Example.Get calls = calls(example, watch);
    for (int i = 0; i < 40; i++) {
      calls.get("/");
    }
    for (TestPod pod : List.of(first, second)) {
      Endpoint endpoint =
          watch.view().endpoints().stream()
              .filter(each -> each.address().equals(pod.host()))
              .findFirst()
              .orElseThrow();
      assertThat(endpoint.started()).isPositive().isEqualTo(pod.seen().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatIsGoneCostsNoCall(Example example) throws Exception {
    TestPod alive = cluster.pod("127.0.8.1");
    cluster.pod("127.0.8.2").close();
    ServiceWatch watch = cluster.watch("checkout", NO_EJECTION);
    Example.Get calls = calls(example, watch);
    for (int i = 0; i < 20; i++) {
      assertThat(calls.get("/").status()).isEqualTo(200);
    }
    assertThat(alive.seen()).hasSize(20);
    assertNothingInFlight(watch);
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatDiesBetweenCallsCostsNoCall(Example example) throws Exception {
    TestPod alive = cluster.pod("127.0.8.1");
    TestPod dying = cluster.pod("127.0.8.2");
    ServiceWatch watch = cluster.watch("checkout", NO_EJECTION);
    Example.Get calls = calls(example, watch);
    while (dying.seen().isEmpty() || alive.seen().isEmpty()) { // connections to both
      calls.get("/");
    }
    dying.close();
    for (int i = 0; i < 20; i++) {
      assertThat(calls.get("/").status()).isEqualTo(200);
    }
    assertNothingInFlight(watch);
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatCannotServeIsNotAskedTwice(Example example) throws Exception {
    TestPod good = cluster.pod("127.0.8.1");
    TestPod bad = cluster.pod("127.0.8.2").status(503);
    ServiceWatch watch = cluster.watch("checkout", NO_EJECTION);
    Example.Get calls = calls(example, watch);
    int n = 0;
    while (bad.seen().size() < 3) {
      n++;
      assertThat(calls.get("/").status()).isEqualTo(200);
    }
    assertThat(good.seen()).hasSize(n);
    assertNothingInFlight(watch);
  }

  @ParameterizedTest
  @EnumSource
  void aPodThatKeepsFailingIsLeftOut(Example example) throws Exception {
    cluster.pod("127.0.8.1");
    cluster.pod("127.0.8.2");
    TestPod bad = cluster.pod("127.0.8.3").status(502);
    ServiceWatch watch =
        cluster.watch("checkout", WatchOptions.DEFAULTS.withStrategy(PickStrategy.RANDOM));
    Example.Get calls = calls(example, watch);
    soon()
        .until(
            () -> {
              calls.get("/");
              return watch.view().eligible().size() == 2;
            });

    assertThat(watch.view().eligible()).noneMatch(each -> each.port() == bad.port());
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatTheCallerDoesNotLikeSpeaksForThePod(Example example) throws Exception {
    TestPod pod = cluster.pod("127.0.8.1").status(404);
    cluster.pod("127.0.8.2").status(500);
    ServiceWatch watch =
        cluster.watch("checkout", WatchOptions.DEFAULTS.withStrategy(PickStrategy.RANDOM));
    Example.Get calls = calls(example, watch);
    for (int i = 0; i < 40; i++) {
      assertThat(calls.get("/").status()).isIn(404, 500);
    }
    assertThat(watch.view().eligible()).hasSize(2);
    assertThat(pod.seen()).hasSizeBetween(5, 35);
    assertNothingInFlight(watch);
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatBreaksIsTriedElsewhereOnceAndFails(Example example) throws Exception {
    List<TestPod> pods = List.of(cluster.pod("127.0.8.1"), cluster.pod("127.0.8.2"));
    ServiceWatch watch = cluster.watch("checkout", NO_EJECTION);
    Example.Get calls = calls(example, watch);

    assertThatThrownBy(() -> calls.get("/break")).isInstanceOf(IOException.class);

    // A limit: the JDK's client sends a GET once more to the same pod, and cannot be told not to.
    int each = example == Example.JDK ? 2 : 1;
    assertThat(pods).allSatisfy(pod -> assertThat(pod.seen()).hasSize(each));
    assertThat(watch.view().endpoints()).allMatch(endpoint -> endpoint.started() == 1);
    assertNothingInFlight(watch);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAPodTheReasonIsSaid(Example example) throws Exception {
    cluster.pod("127.0.8.1");
    ServiceWatch watch = cluster.watch("checkout", NO_EJECTION);
    Example.Get calls = calls(example, watch);
    watch.close();

    assertThatThrownBy(() -> calls.get("/"))
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(NoEndpointException.class),
            e -> assertThat(e).hasCauseInstanceOf(NoEndpointException.class));
  }

  @ParameterizedTest
  @EnumSource
  void callsGoToAddressesOfIpv6(Example example) throws Exception {
    TestPod pod = cluster.pod("::1");
    ServiceWatch watch = cluster.watch("checkout", NO_EJECTION);

    assertThat(calls(example, watch).get("/").status()).isEqualTo(200);

    assertThat(pod.seen()).extracting(TestPod.Seen::host).containsExactly("checkout.shop.svc");
    assertNothingInFlight(watch);
  }
}
