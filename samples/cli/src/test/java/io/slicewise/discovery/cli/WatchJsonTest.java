package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiServerExtension.class)
class WatchJsonTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path directory;
  private String kubeconfig;
  private SimulatedService checkout;

  @BeforeEach
  void cluster(EmbeddedApiServer server) throws IOException {
    kubeconfig = server.writeKubeconfig(directory).toString();
    checkout = server.cluster().service("shop", "checkout");
    checkout.addPod("checkout-1", "10.1.0.1", "a").hostname("first");
    checkout.addPod("checkout-2", "10.1.0.2", "b");
    checkout.addPod("checkout-3", "10.1.0.3", null);
  }

  @Test
  void everyLineHasExactlyThePromisedKeysInOrder() {
    try (Cli cli = watch("checkout.shop:grpc")) {
      JsonNode view = parse(cli.awaitLines(1).get(0));

      assertThat(view.fieldNames())
          .toIterable()
          .containsExactly(
              "t", "service", "state", "revision", "resourceVersion", "endpoints", "routing");
      assertThat(view.path("endpoints"))
          .hasSize(3)
          .allSatisfy(
              endpoint ->
                  assertThat(endpoint.fieldNames())
                      .toIterable()
                      .containsExactly(
                          "address",
                          "port",
                          "zone",
                          "node",
                          "pod",
                          "hostname",
                          "ready",
                          "serving",
                          "terminating",
                          "share",
                          "out"));
      assertThat(view.path("t").isIntegralNumber()).isTrue();
      assertThat(view.path("service").textValue()).isEqualTo("shop/checkout");
      assertThat(view.path("state").textValue()).isEqualTo("SYNCED");
      assertThat(view.path("revision").isIntegralNumber()).isTrue();
      assertThat(view.path("resourceVersion").isTextual()).isTrue();
      assertThat(endpoint(view, "checkout-1").toString())
          .isEqualTo(
              "{\"address\":\"10.1.0.1\",\"port\":8080,\"zone\":\"a\",\"node\":\"node-a\","
                  + "\"pod\":\"checkout-1\",\"hostname\":\"first\",\"ready\":true,"
                  + "\"serving\":true,\"terminating\":false,\"share\":0.3333333333333333,"
                  + "\"out\":null}");
      assertThat(endpoint(view, "checkout-3").path("zone").isNull()).isTrue();
    }
  }

  @Test
  void sharesAddUpToOneAndReasonsAreGiven() {
    try (Cli cli = watch("checkout.shop")) {
      cli.awaitLines(1);
      checkout.pod("checkout-1").ready(false);
      checkout.pod("checkout-2").terminate();
      Awaitility.await().until(() -> "TERMINATING".equals(out(cli, "checkout-2")));

      assertThat(out(cli, "checkout-1")).isEqualTo("NOT_READY");
      assertThat(out(cli, "checkout-3")).isNull();
      assertThat(endpoint(last(cli), "checkout-3").path("share").doubleValue()).isEqualTo(1);
      assertThat(cli.lines())
          .allSatisfy(line -> assertThat(shares(parse(line))).isCloseTo(1, within(1e-9)));
    }
  }

  @Test
  void withNothingToPickAllSharesAreZero() {
    try (Cli cli = watch("checkout.shop:nosuchport")) {
      JsonNode view = parse(cli.awaitLines(1).get(0));

      assertThat(shares(view)).isZero();
      assertThat(view.path("endpoints"))
          .allSatisfy(
              endpoint -> {
                assertThat(endpoint.path("port").isNull()).isTrue();
                assertThat(endpoint.path("out").textValue()).isEqualTo("NO_SUCH_PORT");
              });
    }
  }

  @Test
  void losingTheApiServerIsAChangeOfStateAndNotOfContent(EmbeddedApiServer server) {
    try (Cli cli = watch("checkout.shop")) {
      JsonNode synced = parse(cli.awaitLines(1).get(0));
      server.kill();
      JsonNode stale = parse(cli.awaitLines(2).get(1));
      server.restart();
      JsonNode again = parse(cli.awaitLines(3).get(2));

      assertThat(stale.path("state").textValue()).isEqualTo("STALE");
      assertThat(stale.path("endpoints")).isEqualTo(synced.path("endpoints"));
      assertThat(again.path("state").textValue()).isEqualTo("SYNCED");
      assertThat(List.of(stale.path("revision").asLong(), again.path("revision").asLong()))
          .containsOnly(synced.path("revision").asLong());
      assertThat(cli.err()).contains("warning:").contains(server.uri().toString());
    }
  }

  @Test
  void eachLineHasANewRevisionOrStateOrOtherShares() {
    try (Cli cli = watch("checkout.shop")) {
      cli.awaitLines(1);
      for (int pod = 4; pod < 9; pod++) {
        checkout.addPod("checkout-" + pod, "10.1.0." + pod, "a");
        String name = "checkout-" + pod;
        Awaitility.await().until(() -> !endpoint(last(cli), name).isMissingNode());
      }
      List<JsonNode> views = cli.lines().stream().map(WatchJsonTest::parse).toList();
      assertThat(views)
          .extracting(
              view -> List.of(view.path("revision"), view.path("state"), view.path("routing")))
          .doesNotHaveDuplicates();
      assertThat(views.stream().map(view -> view.path("revision").asLong()).toList())
          .isSorted()
          .satisfies(revisions -> assertThat(Set.copyOf(revisions)).hasSizeGreaterThanOrEqualTo(6));
    }
  }

  @Test
  void sharesThatMoveAreLinesOfTheSameRevision(EmbeddedApiServer server) {
    SimulatedService web = server.cluster().service("shop", "web");
    web.addPod("web-1", "10.2.0.1", "a");
    web.addPod("web-2", "10.2.0.2", "b");
    String[] callers = {"--zone", "a", "--callers-from", "web.shop"};
    try (Cli cli = watch("checkout.shop", callers)) {
      Awaitility.await().until(() -> cli.lines().size() > 0 && callersInA(last(cli)) == 0.5);
      web.addPod("web-3", "10.2.0.3", "a"); // the routes follow by and by
      Awaitility.await().until(() -> callersInA(last(cli)) > 0.51);

      List<JsonNode> views = cli.lines().stream().map(WatchJsonTest::parse).toList();
      assertThat(views)
          .allSatisfy(view -> assertThat(view.path("revision").asLong()).isEqualTo(1))
          .allSatisfy(view -> assertThat(shares(view)).isCloseTo(1, within(1e-9)))
          .extracting(view -> view.path("routing"))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void severalTargetsShareTheOutputAndOneGivenTwiceCountsOnce(EmbeddedApiServer server) {
    server.cluster().service("shop", "payment").addPod("payment-1", "10.2.0.1", "a");
    Cli cli =
        Cli.run(
            "watch",
            "checkout",
            "payment:grpc",
            "checkout.shop",
            "-n",
            "shop",
            "--kubeconfig",
            kubeconfig,
            "--json",
            "--for",
            "4s");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(cli.lines())
        .extracting(line -> parse(line).path("service").textValue())
        .containsExactlyInAnyOrder("shop/checkout", "shop/payment");
  }

  @Test
  void beforeTheFirstListThereIsNoLine(EmbeddedApiServer server) {
    server.kill();
    Cli cli = Cli.run("watch", "a.b", "--kubeconfig", kubeconfig, "--json", "--for", "500ms");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NEVER_SYNCED);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err()).contains("connecting to " + server.uri()).contains("no complete list");
  }

  private Cli watch(String target, String... options) {
    List<String> args = new ArrayList<>(List.of("watch", target, "--json"));
    args.addAll(List.of("--kubeconfig", kubeconfig));
    args.addAll(List.of(options));
    return Cli.start(args.toArray(String[]::new));
  }

  private static double callersInA(JsonNode view) {
    return StreamSupport.stream(view.at("/routing/zones").spliterator(), false)
        .filter(zone -> "a".equals(zone.path("zone").textValue()))
        .mapToDouble(zone -> zone.path("callers").doubleValue())
        .sum();
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode last(Cli cli) {
    List<String> lines = cli.lines();
    return parse(lines.get(lines.size() - 1));
  }

  private static JsonNode endpoint(JsonNode view, String pod) {
    return StreamSupport.stream(view.path("endpoints").spliterator(), false)
        .filter(endpoint -> pod.equals(endpoint.path("pod").textValue()))
        .findFirst()
        .orElse(MAPPER.missingNode());
  }

  private static String out(Cli cli, String pod) {
    return endpoint(last(cli), pod).path("out").textValue();
  }

  private static double shares(JsonNode view) {
    return StreamSupport.stream(view.path("endpoints").spliterator(), false)
        .mapToDouble(endpoint -> endpoint.path("share").doubleValue())
        .sum();
  }
}
