package io.slicewise.discovery.samples.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.samples.mesh.PodServers.Pod;
import io.slicewise.discovery.testkit.RecordedRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real servers, which want certificates, in three zones; one client. */
class MeshClientTest {

  private final DemoAuthority first =
      new DemoAuthority("ca-1"); // has issued 2 to web, 3 to checkout
  private final DemoAuthority second = new DemoAuthority("ca-2");
  private final Canary canary = new Canary(Fleet.TRACK_LABEL, Fleet.CANARY);
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private Stage stage;
  private MeshClient mesh;
  private MeshService checkout;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage(first, Duration.ofMillis(20));
    for (String zone : Fleet.ZONES) {
      stage.fleet().launch(zone, Fleet.STABLE);
      stage.fleet().launch(zone, Fleet.STABLE);
      stage.fleet().launch(zone, Fleet.CANARY);
    }
    mesh = stage.open(meters, HealthOptions.DEFAULTS);
    checkout = mesh.service(Fleet.SERVICE, canary);
    checkout.stable().whenSynced().get(20, TimeUnit.SECONDS);
    checkout.canary().whenSynced().get(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    mesh.close();
    stage.close();
  }

  private String get(String key, String header) throws IOException {
    try (Response response = checkout.get("/orders", key)) {
      assertThat(response.code()).isEqualTo(200);
      return response.header(header);
    }
  }

  /** Which tracks answer, and how often. */
  private Map<String, Integer> tracks(int calls) throws IOException {
    Map<String, Integer> tracks = new TreeMap<>();
    for (int i = 0; i < calls; i++) {
      tracks.merge(get("customer-" + i, PodServers.TRACK), 1, Integer::sum);
    }
    return tracks;
  }

  private void awaitTaken(int rotations) {
    await().until(() -> stage.hasTaken(rotations));
  }

  @Test
  void showsWhoItIs() throws Exception {
    assertThat(get("a", PodServers.CALLER)).isEqualTo("spiffe://demo/ns/shop/sa/web");
    assertThat(get("a", PodServers.CERTIFICATE)).isEqualTo("ca-1/2");
  }

  @Test
  void changesCertificatesAndTheirAuthorityWithoutAFailedCall() throws Exception {
    Load load = new Load(checkout, canary, new Random(1));
    load.start();
    stage.trust(first, second);
    awaitTaken(1);
    await().until(() -> load.seenAs().equals("ca-1/2"));
    stage.issue(second);
    awaitTaken(2);
    await().until(() -> load.seenAs().equals("ca-2/2"));
    stage.trust(second);
    awaitTaken(3);
    long calls = load.counts().calls();
    await().until(() -> load.counts().calls() > calls + 50);
    load.close();

    assertThat(load.reasons()).isEmpty();
    assertThat(load.counts().errors()).isZero();
    for (int i = 0; i < 30; i++) { // nobody is called over an old connection for a second time
      assertThat(get("a", PodServers.CERTIFICATE)).isNotNull();
    }
    assertThat(get("a", PodServers.CERTIFICATE)).isEqualTo("ca-2/2");
  }

  @Test
  void keepsConnectionsWhileTheIdentityStays() throws Exception {
    Pod only = onlyPod();
    String port = get("a", PodServers.CALLER_PORT);
    for (int i = 0; i < 20; i++) {
      assertThat(get("a", PodServers.CALLER_PORT)).isEqualTo(port);
    }
    assertThat(stage.servers().connections(only)).isEqualTo(1);
  }

  @Test
  void letsACallEndOnTheConnectionItHas() throws Exception {
    Pod only = onlyPod();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<String> slow =
        CompletableFuture.supplyAsync(
            () -> {
              try (Response response =
                  checkout.send(checkout.request("/").put(new HeldBody(begun, go)).build(), "a")) {
                return response.header(PodServers.CERTIFICATE);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    stage.issue(first);
    awaitTaken(1);

    assertThat(get("a", PodServers.CERTIFICATE)).isEqualTo("ca-1/2"); // its last one
    assertThat(get("a", PodServers.CERTIFICATE)).isEqualTo("ca-1/4");
    assertThat(stage.servers().connections(only)).isEqualTo(2);
    go.countDown();
    assertThat(slow.get(20, TimeUnit.SECONDS)).isEqualTo("ca-1/2");
    await().until(() -> stage.servers().connections(only) == 1);
  }

  /** Leaves one pod, and its connections are all there are. */
  private Pod onlyPod() {
    Pod only = stage.fleet().running(pod -> pod.track().equals(Fleet.STABLE)).get(0);
    for (Pod pod : stage.fleet().running(pod -> pod != only)) {
      stage.fleet().unlist(pod);
    }
    await().until(() -> checkout.stable().view().eligible().size() == 1);
    return only;
  }

  /** A body whose last byte is held back. */
  private static final class HeldBody extends RequestBody {
    private final CountDownLatch begun;
    private final CountDownLatch go;

    HeldBody(CountDownLatch begun, CountDownLatch go) {
      this.begun = begun;
      this.go = go;
    }

    @Override
    public MediaType contentType() {
      return MediaType.get("text/plain");
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.writeUtf8("one").flush();
      begun.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      sink.writeUtf8("two");
    }
  }

  @Test
  void isRefusedWithACertificateOfAnotherAuthority() throws Exception {
    DemoAuthority unknown = new DemoAuthority("unknown");
    stage.webVolume().write(unknown.issue("web"), first.pem());
    await().until(() -> stage.webIdentity().rotations() == 1);

    assertThatThrownBy(() -> get("a", PodServers.POD)).isInstanceOf(IOException.class);
    assertThat(checkout.stable().view().eligible()).isNotEmpty();
  }

  @Test
  void refusesAServerOfAnotherAuthority() throws Exception {
    stage.webVolume().write(first.issue("web"), second.pem());
    await().until(() -> stage.webIdentity().rotations() == 1);

    assertThatThrownBy(() -> get("a", PodServers.POD))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("PKIX");
  }

  @Test
  void sendsTheCanaryItsKeysAndNoOthers() throws Exception {
    assertThat(tracks(100)).containsOnlyKeys(Fleet.STABLE);

    canary.share(0.3);
    int expected = 0;
    for (int i = 0; i < 100; i++) {
      expected += canary.takes("customer-" + i) ? 1 : 0;
    }

    assertThat(expected).isBetween(15, 45);
    assertThat(tracks(100)).containsEntry(Fleet.CANARY, expected);
    canary.share(1);
    assertThat(tracks(20)).containsOnlyKeys(Fleet.CANARY);
  }

  @Test
  void fallsBackWhenNoCanaryIsReady() throws Exception {
    canary.share(1);
    stage.fleet().running(pod -> pod.track().equals(Fleet.CANARY)).forEach(stage.fleet()::fail);
    await().until(() -> checkout.canary().view().eligible().isEmpty());

    assertThat(tracks(20)).containsOnlyKeys(Fleet.STABLE);
  }

  @Test
  void spreadsCallsByTheCallersOfItsOwnService() {
    await()
        .untilAsserted(
            () -> {
              Routing routing = checkout.stable().view().routing();
              assertThat(routing.zone()).isEqualTo("zone-a");
              assertThat(routing.callersSource())
                  .isEqualTo("Service shop/web (found by the own pod)");
              // 4 of 6 callers and 2 of 6 endpoints are in zone-a: 1.2 * (1/3) / (2/3) stays.
              assertThat(routing.share("zone-a")).isCloseTo(0.6, within(0.001));
              assertThat(routing.share("zone-b")).isCloseTo(0.2, within(0.001));
            });
  }

  @Test
  void followsStableAndCanaryByOneStream() {
    assertThat(checkout.stable().view().eligible()).hasSize(6);
    assertThat(checkout.canary().view().eligible()).hasSize(3);

    assertThat(stage.apiServer().requests())
        .filteredOn(RecordedRequest::isWatch)
        .filteredOn(request -> request.query().get("labelSelector").contains("checkout"))
        .hasSize(1);
  }

  @Test
  void countsAttemptsByZoneAlsoThoseThatFailed() throws Exception {
    Pod killed = stage.fleet().running(pod -> pod.track().equals(Fleet.STABLE)).get(0);
    stage.fleet().kill(killed);
    int calls = 0;
    while (meters.find(ZoneMetrics.ATTEMPTS).tag("outcome", "failed").timer() == null) {
      assertThat(get("a", PodServers.POD)).isNotEqualTo(killed.name());
      calls++;
    }

    Timer failed = meters.get(ZoneMetrics.ATTEMPTS).tag("outcome", "failed").timer();
    assertThat(failed.getId().getTag("zone")).isEqualTo(killed.zone());
    long well =
        meters.get(ZoneMetrics.ATTEMPTS).tag("outcome", "ok").timers().stream()
            .mapToLong(Timer::count)
            .sum();
    assertThat(well).isEqualTo(calls);
    assertThat(ZoneMetrics.table(meters))
        .anySatisfy(row -> assertThat(row).contains("zone-a", "stable"));
  }

  @Test
  void leavesNoThreadAndNoConnectionBehind() throws Exception {
    assertThat(tracks(20)).isNotEmpty();

    mesh.close();

    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("slicewise-")));
    for (Pod pod : stage.fleet().running(pod -> true)) {
      await().until(() -> stage.servers().connections(pod) == 0);
    }
    assertThatThrownBy(() -> get("a", PodServers.POD)).isInstanceOf(IllegalStateException.class);
  }
}
