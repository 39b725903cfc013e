package io.slicewise.discovery.spring.actuate;

import static io.slicewise.discovery.spring.actuate.TestCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.ServiceWatches;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** What health, endpoint and meters of a real application say while the API server is away. */
class HealthTest {

  @TempDir Path directory;

  private TestCluster cluster;
  private ConfigurableApplicationContext context;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    context = cluster.application();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private ServiceWatch follow(String id) {
    FollowedService followed =
        Objects.requireNonNull(context.getBean(ServiceWatches.class).find(id));
    return followed.watch();
  }

  private JsonNode health() {
    TestCluster.Answer answer = cluster.get(context, "health/slicewise");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("status").asText()).isEqualTo("UP");
    return answer.body().path("details");
  }

  private double gauge(String name, String... tags) {
    return context.getBean(MeterRegistry.class).get(name).tags(tags).gauge().value();
  }

  @Test
  void isUpBeforeAnythingIsFollowed() {
    assertThat(health().path("state").asText()).isEqualTo("nothing followed");
    assertThat(cluster.server.requests()).isEmpty();
  }

  @Test
  void isUpWithAServiceThatHasNoEndpoint() throws Exception {
    follow("ghost").whenSynced().get(20, TimeUnit.SECONDS);

    JsonNode ghost = health().path("services").path("ghost.shop");
    assertThat(ghost.path("state").asText()).isEqualTo("SYNCED");
    assertThat(ghost.path("counts").path("eligible").asInt()).isZero();
    assertThat(ghost.path("problem").asText()).startsWith("no EndpointSlice names the Service");
  }

  @Test
  void staysUpAndGrowsOlderWhileTheServerIsDead() throws Exception {
    ServiceWatch watch = follow("checkout");
    watch.whenSynced().get(20, TimeUnit.SECONDS);
    assertThat(health().path("state").asText()).isEqualTo("SYNCED");
    assertThat(health().has("staleMillis")).isFalse();
    assertThat(gauge("slicewise.staleness", "target", "checkout.shop")).isZero();

    cluster.server.kill();
    soon().until(() -> watch.view().state() == SyncState.STALE);

    JsonNode stale = health();
    assertThat(stale.path("state").asText()).isEqualTo("STALE");
    JsonNode checkout = stale.path("services").path("checkout.shop");
    assertThat(checkout.path("counts").path("eligible").asInt()).isEqualTo(6);
    long age = checkout.path("staleMillis").asLong();
    soon().until(() -> health().path("staleMillis").asLong() > age);
    soon().until(() -> gauge("slicewise.staleness", "target", "checkout.shop") > age / 1000.0);
    assertThat(gauge("slicewise.watches", "state", "stale")).isEqualTo(1);
    assertThat(gauge("slicewise.endpoints.eligible", "target", "checkout.shop")).isEqualTo(6);
    assertThat(gauge("slicewise.streams", "watched.namespace", "shop")).isZero();
    JsonNode report = cluster.get(context, "slicewise/checkout").body().path("watches").get(0);
    assertThat(report.path("staleMillis").asLong()).isGreaterThan(age);
    assertThat(report.path("problems").get(0).asText()).contains("127.0.0.1");

    cluster.server.restart();
    soon().until(() -> health().path("state").asText().equals("SYNCED"));
    soon().until(() -> gauge("slicewise.staleness", "target", "checkout.shop") == 0);
    soon().until(() -> gauge("slicewise.streams", "watched.namespace", "shop") == 1);
  }

  @Test
  void isOffByBootsOwnProperty() {
    context = cluster.application("management.health.slicewise.enabled=false");

    assertThat(cluster.get(context, "health").body().path("components").has("slicewise")).isFalse();
  }
}
