package io.slicewise.discovery.samples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.testkit.ApiServerExtension;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    return cluster.cluster().service("shop", "checkout").port("http", 80, "http", "TCP", null);
  }

  private static SimulatedPod add(SimulatedService service, String pod, String zone, int port) {
    service.batch(() -> service.addPod(pod, "127.0.0.1", zone).port("http", port));
    return service.pod(pod);
  }

  private Cli client(EmbeddedApiServer cluster, String... more) throws IOException {
    String kubeconfig = cluster.writeKubeconfig(directory).toString();
    String[] args = {
      "client", "--target=checkout.shop:http", "--kubeconfig", kubeconfig, "--rate=100"
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Cli.start(all);
  }

  @ParameterizedTest
  @EnumSource(names = {"OKHTTP", "REACTOR"})
  void aServerThatIsToldToStopCostsNoCall(Library library, EmbeddedApiServer cluster)
      throws IOException {
    try (Cli first = server("checkout-1", "zone-a");
        Cli second = server("checkout-2", "zone-b")) {
      SimulatedService service = service(cluster);
      SimulatedPod leaving = add(service, "checkout-1", "zone-a", port(first));
      add(service, "checkout-2", "zone-b", port(second));
      Cli client = client(cluster, "--client=" + library).awaitOut("zone-a").awaitOut("zone-b");

      // Not told by the slices at all: a second try must do.
      assertThat(first.stop()).as(first.err()).isEqualTo(ExitCode.OK);
      assertThat(first.lines()).endsWith("draining", "drained");
      leaving.remove();
      int rows = client.lines().size();
      Awaitility.await().until(() -> client.lines().size() > rows);

      assertThat(client.stop()).as(client.out() + client.err()).isEqualTo(ExitCode.OK);
      assertThat(client.err()).isEmpty();
      assertThat(client.lines()).last().asString().contains(" errors=0 ", " pods=2 ");
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
      assertThat(client.lines()).last().asString().contains(" errors=0 ", " pods=2 ");
    }
  }

  @Test
  void aServerSaysWhoItIsAndWhetherItTakesCalls() throws Exception {
    try (Cli server = server("checkout-1", "zone-a")) {
      String at = "http://127.0.0.1:" + port(server);

      assertThat(get(at + "/orders/7")).isEqualTo("pod: checkout-1\nzone: zone-a\nnode: node-1\n");
      assertThat(get(at + "/healthz")).isEqualTo("ok\n");
      assertThat(server.stop()).isEqualTo(ExitCode.OK);
      assertThatThrownBy(() -> get(at + "/healthz")).isInstanceOf(ConnectException.class);
    }
  }

  private static String get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
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
    assertThat(client.err()).contains("failed: ", "its selector matches no pod");
  }
}
