package io.slicewise.discovery.spring.actuate;

import static io.slicewise.discovery.spring.actuate.TestCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.ServiceWatches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** What {@code /actuator/slicewise} of a real application says. */
class EndpointTest {

  @TempDir static Path directory;

  private static TestCluster cluster;
  private static ConfigurableApplicationContext context;
  private static ServiceDiscovery discovery;
  private static ServiceWatch watch;

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(directory);
    cluster.server.cluster().service("bank", "ledger").addUnreadyPod("ledger-1", "10.0.1.1", "z1");
    context =
        cluster.application(
            "spring.jackson.property-naming-strategy=SNAKE_CASE", // not ours
            "slicewise.services.tills.service=checkout",
            "slicewise.services.tills.port=grpc");
    discovery = context.getBean(ServiceDiscovery.class);
    FollowedService tills =
        Objects.requireNonNull(context.getBean(ServiceWatches.class).find("tills"));
    watch = tills.watch();
    watch.whenSynced().get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static JsonNode body(String path) {
    TestCluster.Answer answer = cluster.get(context, path);
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void showsAllThatIsFollowedAndTheStreams() throws Exception {
    try (ServiceWatch ledger = discovery.watch("ledger.bank")) {
      ledger.whenSynced().get(20, TimeUnit.SECONDS);

      JsonNode overview = body("slicewise");

      assertThat(names(overview)).containsExactly("t", "defaultNamespace", "watches", "streams");
      assertThat(overview.path("defaultNamespace").asText()).isEqualTo("shop");
      assertThat(overview.path("watches").findValuesAsText("target"))
          .containsExactly("checkout.shop:grpc", "ledger.bank");
      JsonNode checkout = overview.path("watches").get(0);
      assertThat(checkout.path("ids").toString()).isEqualTo("[\"tills\"]");
      assertThat(checkout.path("state").asText()).isEqualTo("SYNCED");
      assertThat(checkout.path("counts").path("eligible").asInt()).isEqualTo(6);
      assertThat(checkout.has("addresses")).isFalse();
      JsonNode bank = overview.path("watches").get(1);
      assertThat(bank.path("counts").path("notReady").asInt()).isEqualTo(1);
      assertThat(bank.path("problems").get(0).asText()).startsWith("no endpoint is ready, of 1");
      assertThat(overview.path("streams").findValuesAsText("namespace"))
          .containsExactly("bank", "shop");
      assertThat(overview.path("streams").get(1).path("open").asInt()).isEqualTo(1);
      assertThat(overview.path("streams").get(1).path("relists").path("start").asInt())
          .isEqualTo(1);
    }
  }

  @Test
  void showsTheVerdictOnEveryAddressInTheWordsOfTheCommandLine() {
    JsonNode report = body("slicewise/tills").path("watches").get(0);

    assertThat(names(report))
        .containsSubsequence("t", "service", "state", "revision", "resourceVersion")
        .containsSubsequence("addresses", "problems", "routing");
    assertThat(report.path("service").asText()).isEqualTo("shop/checkout");
    assertThat(report.path("addresses")).hasSize(6);
    JsonNode first = report.path("addresses").get(0);
    assertThat(names(first))
        .containsExactly(
            "slice",
            "address",
            "port",
            "zone",
            "node",
            "pod",
            "ready",
            "serving",
            "terminating",
            "share",
            "detail");
    assertThat(first.path("pod").asText()).isEqualTo("checkout-1");
    assertThat(first.path("port").asInt()).isEqualTo(8080);
    double sum = 0;
    for (JsonNode address : report.path("addresses")) {
      sum += address.path("share").asDouble();
    }
    assertThat(sum).isCloseTo(1, offset(1e-9));
    JsonNode routing = report.path("routing");
    assertThat(routing.path("policy").asText()).isEqualTo("auto");
    assertThat(routing.path("zone").asText()).isEqualTo("z1");
    assertThat(routing.path("zoneSource").asText()).isEqualTo("configured");
    assertThat(routing.path("panic").asText()).isEqualTo("NONE");
    assertThat(routing.path("zones").findValuesAsText("zone")).containsExactly("z1", "z2", "z3");
  }

  @Test
  void showsEveryWatchOfAServiceWithItsOwnPolicyAndItsOwnEjections() throws Exception {
    WatchOptions uniform = WatchOptions.DEFAULTS.withPolicy(TopologyPolicy.uniform());
    try (ServiceWatch other = discovery.watch(ServiceTarget.parse("checkout:grpc"), uniform)) {
      other.whenSynced().get(20, TimeUnit.SECONDS);
      Endpoint sick = other.view().endpoints().get(0);
      for (int i = 0; i < 10; i++) {
        other.acquire(sick).end(Outcome.FAILURE);
      }
      soon().until(() -> other.view().eligible().size() == 5);

      JsonNode watches = body("slicewise/checkout.shop").path("watches");

      assertThat(watches).hasSize(2);
      assertThat(watches.get(0).path("routing").path("policy").asText()).isEqualTo("auto");
      assertThat(watches.get(1).path("routing").path("policy").asText()).isEqualTo("uniform");
      assertThat(watches.get(0).path("counts").path("ejected").asInt()).isZero();
      assertThat(watches.get(1).path("counts").path("ejected").asInt()).isEqualTo(1);
      assertThat(watches.get(1).path("addresses").findValuesAsText("out"))
          .containsExactly("EJECTED");
      assertThat(watches.get(1).path("addresses").get(0).path("detail").asText())
          .startsWith("failed (1 times in a row); out for ");
    }
  }

  @Test
  void findsAServiceByEverySpellingOfItsName() {
    for (String name :
        List.of(
            "tills", "checkout", "checkout.shop", "CHECKOUT", "shop/checkout", "checkout:grpc")) {
      assertThat(body("slicewise/" + name).path("watches").findValuesAsText("target"))
          .containsExactly("checkout.shop:grpc");
    }
  }

  @Test
  void knowsNothingOfAServiceThatIsNotFollowedAndDoesNotBeginToFollowIt() {
    for (String name : List.of("ghost", "checkout.bank", "checkout:http", "a.b.c.d.e", "_")) {
      assertThat(cluster.get(context, "slicewise/" + name).status()).isEqualTo(404);
    }
    assertThat(discovery.views()).hasSize(1);
  }
}
