package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiServerExtension.class)
class ExplainTest {

  @TempDir Path directory;
  private EmbeddedApiServer server;

  @BeforeEach
  void keep(EmbeddedApiServer server) {
    this.server = server;
  }

  @Test
  void everyAddressHasAVerdict() throws IOException {
    SimulatedService checkout = server.cluster().service("shop", "checkout");
    checkout.addPod("checkout-1", "10.1.0.1", "a");
    checkout.addPod("checkout-2", "10.1.0.2", "b").ready(false);
    Cli cli = explain("checkout.shop:grpc", "--zone", "a");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(cli.lines())
        .anyMatch(line -> line.matches("checkout-\\w+  10.1.0.1 .* a \\* .* 100.0%  IN"))
        .anyMatch(line -> line.matches("checkout-\\w+  10.1.0.2 .* 0.0%    OUT NOT_READY"));
    assertThat(cli.out()).doesNotContain("problem");
  }

  @Test
  void withoutASlice() throws IOException {
    Cli cli = explain("nothere.shop");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NOTHING_TO_PICK);
    assertThat(cli.out())
        .contains("no such Service in this namespace", "ExternalName", "no selector");
  }

  @Test
  void withAPlaceholder() throws IOException {
    server.cluster().service("shop", "empty");
    Cli cli = explain("empty.shop");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NOTHING_TO_PICK);
    assertThat(cli.out()).contains("its selector matches no pod");
  }

  @Test
  void withAllUnready() throws IOException {
    SimulatedService sick = server.cluster().service("shop", "sick");
    sick.addUnreadyPod("sick-1", "10.1.0.1", "a");
    sick.addUnreadyPod("sick-2", "10.1.0.2", "a");
    Cli cli = explain("sick.shop");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NOTHING_TO_PICK);
    assertThat(cli.out()).contains("problem: no endpoint is ready, of 2", "OUT NOT_READY");
  }

  @Test
  void withAnotherPort() throws IOException {
    SimulatedService checkout = server.cluster().service("shop", "checkout").port("http", 8080);
    checkout.addPod("checkout-1", "10.1.0.1", "a");
    Cli cli = explain("checkout.shop:grpc");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NOTHING_TO_PICK);
    assertThat(cli.out()).contains("no TCP port named grpc", "http 8080/TCP", "OUT NO_SUCH_PORT");
  }

  @Test
  void forbidden() throws IOException {
    server.faults().forbid("*", "endpointslices", "shop");
    Cli cli = explain("checkout.shop", "--wait", "4s");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NEVER_SYNCED);
    assertThat(cli.out())
        .contains("forbidden (403)")
        .contains("kubectl apply -f - <<'EOF'", "kind: Role\n", "kind: RoleBinding\n")
        .contains("  namespace: shop\n", "verbs: [\"list\", \"watch\"]")
        .contains("{kind: ServiceAccount, namespace: default, name: default}");
  }

  @Test
  void unreachable() throws IOException {
    server.kill();
    Cli cli = explain("checkout.shop", "--wait", "3s");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NEVER_SYNCED);
    assertThat(cli.out()).contains("PENDING", "problem: ", server.uri().getAuthority());
    assertThat(cli.err()).contains("connecting to " + server.uri(), "next try in");
  }

  @Test
  void asJson() throws IOException {
    server.cluster().service("shop", "checkout").addPod("checkout-1", "10.1.0.1", "a");
    Cli cli = explain("checkout.shop", "nothere.shop", "--json");

    assertThat(cli.exitCode()).isEqualTo(ExitCode.NOTHING_TO_PICK);
    assertThat(cli.lines()).hasSize(2);
    JsonNode good = new ObjectMapper().readTree(cli.lines().get(0));
    assertThat(good.fieldNames())
        .toIterable()
        .containsExactly(
            "t",
            "service",
            "state",
            "revision",
            "resourceVersion",
            "addresses",
            "problems",
            "routing");
    assertThat(good.at("/addresses/0/slice").textValue()).startsWith("checkout-");
    assertThat(good.at("/addresses/0/share").doubleValue()).isEqualTo(1);
    assertThat(good.path("problems")).isEmpty();
    JsonNode bad = new ObjectMapper().readTree(cli.lines().get(1));
    assertThat(bad.path("addresses")).isEmpty();
    assertThat(bad.path("problems")).hasSize(1);
  }

  private Cli explain(String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("explain"));
    all.addAll(List.of(args));
    all.addAll(List.of("--kubeconfig", server.writeKubeconfig(directory).toString()));
    return Cli.run(all.toArray(String[]::new));
  }
}
