package io.slicewise.discovery.samples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code server} and {@code client} against a cluster that a kubeconfig names. */
@ExtendWith(ApiServerExtension.class)
class ServerAndClientTest {

  private static final Pattern PORT = Pattern.compile("listening at port ([0-9]+) as .*");

  @TempDir Path directory;

  private static Cli server(String pod, String zone) {
    return Cli.start("server", "--port", "0", "--pod", pod, "--zone", zone, "--node", "node-1")
        .awaitOut("listening");
  }

  private static int port(Cli server) {
    Matcher matcher = PORT.matcher(server.lines().get(0));
    assertThat(matcher.find()).as(server.out() + server.err()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  private static SimulatedService service(EmbeddedApiServer cluster) {
    return cluster.cluster().service("shop", "checkout").port("grpc", 80, "grpc", "TCP", null);
  }

  private static SimulatedPod add(SimulatedService service, String pod, String zone, int port) {
    service.batch(() -> service.addPod(pod, "127.0.0.1", zone).port("grpc", port));
    return service.pod(pod);
  }

  private Cli client(EmbeddedApiServer cluster, String... more) throws IOException {
    String kubeconfig = cluster.writeKubeconfig(directory).toString();
    String[] args = {
      "client", "--target", "k8s:///checkout.shop:grpc", "--kubeconfig", kubeconfig, "--rate", "200"
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Cli.start(all);
  }

  @Test
  void aServerThatIsToldToStopCostsNoCall(EmbeddedApiServer cluster) throws IOException {
    try (Cli first = server("checkout-1", "zone-a");
        Cli second = server("checkout-2", "zone-b")) {
      SimulatedService service = service(cluster);
      SimulatedPod leaving = add(service, "checkout-1", "zone-a", port(first));
      add(service, "checkout-2", "zone-b", port(second));
      Cli client = client(cluster).awaitOut("zone-a").awaitOut("zone-b");

      // Not told by the slices at all: what gRPC and the server say to each other must do.
      assertThat(first.stop()).as(first.err()).isEqualTo(ExitCode.OK);
      assertThat(first.lines()).endsWith("draining", "drained");
      leaving.remove();
      int rows = client.lines().size();
      Awaitility.await().until(() -> client.lines().size() > rows);

      assertThat(client.stop()).as(client.out() + client.err()).isEqualTo(ExitCode.OK);
      assertThat(client.err()).isEmpty();
      assertThat(client.lines()).last().asString().contains(" errors=0 ").endsWith(" pods=2");
      assertThat(client.out()).contains("checkout-1: ", "checkout-2: ");
    }
  }

  @Test
  void aServerProcessThatIsKilledCostsNoCall(EmbeddedApiServer cluster) throws Exception {
    Map<String, String> environment =
        Manifests.environment(
            "checkout",
            Map.of(
                "metadata.name", "checkout-1",
                "spec.nodeName", "node-a",
                "metadata.labels['topology.kubernetes.io/zone']", "zone-a"));
    try (ServerProcess first = ServerProcess.start(environment);
        Cli second = server("checkout-2", "zone-b")) {
      assertThat(first.identity()).isEqualTo("checkout-1, zone zone-a, node node-a");
      SimulatedService service = service(cluster);
      add(service, "checkout-1", "zone-a", first.port());
      add(service, "checkout-2", "zone-b", port(second));
      Cli client = client(cluster, "--zone", "zone-a").awaitOut("zone-a*");

      first.kill(); // and stays listed as ready
      int rows = client.lines().size();
      Awaitility.await().until(() -> client.lines().size() > rows);

      assertThat(client.stop()).as(client.out() + client.err()).isEqualTo(ExitCode.OK);
      assertThat(client.lines()).last().asString().contains(" errors=0 ").endsWith(" pods=2");
    }
  }

  @Test
  void sigtermDrainsAProcessAndIsNoFailure() throws Exception {
    try (ServerProcess server = ServerProcess.start(Map.of())) {
      server.terminate();

      assertThat(server.exitCode()).isEqualTo(ExitCode.OK);
    }
  }

  @Test
  void withoutAPodCallsFailAndTheReasonIsSaid(EmbeddedApiServer cluster) throws IOException {
    service(cluster);
    Cli client = client(cluster, "--seconds", "1");

    assertThat(client.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(client.err()).contains("failed: ", "UNAVAILABLE", "its selector matches no pod");
  }
}
