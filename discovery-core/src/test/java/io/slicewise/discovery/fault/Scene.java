package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.FakeClock;
import io.slicewise.discovery.testkit.Faults;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** An embedded API server, whose time stands still, and the SDK that follows a Service there. */
final class Scene extends Sdk {

  /** So long that a stream is not a very short one, and less than the longest silence. */
  static final Duration A_WHILE = Duration.ofMinutes(2);

  final EmbeddedApiServer server;
  final Faults faults;
  final FakeClock serverClock;
  private final Path account;
  private final Wire wire;
  private int streamsBefore; // whose requests are forgotten

  private Scene(
      EmbeddedApiServer server,
      FakeClock serverClock,
      Path directory,
      Wire wire,
      UnaryOperator<ServiceDiscoveryBuilder> settings)
      throws IOException {
    super(cluster(server, directory, wire), settings);
    this.server = server;
    this.faults = server.faults();
    this.serverClock = serverClock;
    this.account = account(directory);
    this.wire = wire;
  }

  private static ClusterConfig cluster(EmbeddedApiServer server, Path directory, Wire wire)
      throws IOException {
    server.writeServiceAccount(account(directory), "shop");
    return wire.tls
        ? ClusterConfig.inCluster(account(directory), server.uri())
        : ClusterConfig.kubeconfig(server.writeKubeconfig(directory));
  }

  private static Path account(Path directory) {
    return directory.resolve("serviceaccount");
  }

  /** A server without any object, of which nothing is asked yet. */
  static Scene empty(Path directory, Wire wire) throws IOException {
    return empty(directory, wire, server -> server, sdk -> sdk);
  }

  /**
   * A server without any object, of which nothing is asked yet.
   *
   * @param directory for credentials
   */
  static Scene empty(
      Path directory,
      Wire wire,
      UnaryOperator<EmbeddedApiServer.Builder> server,
      UnaryOperator<ServiceDiscoveryBuilder> sdk)
      throws IOException {
    FakeClock clock = new FakeClock();
    EmbeddedApiServer started =
        server
            .apply(EmbeddedApiServer.builder().tls(wire.tls).http2(wire.http2).clock(clock))
            .start();
    return new Scene(started, clock, directory, wire, sdk);
  }

  /** One that follows checkout-1 to checkout-3 at 10.0.0.1 to 10.0.0.3, and has for a while. */
  static Scene synced(Path directory, Wire wire) throws IOException {
    return empty(directory, wire).addPods().sync();
  }

  SimulatedService checkout() {
    return server.cluster().service("shop", "checkout");
  }

  /** Adds checkout-1 to checkout-3 at 10.0.0.1 to 10.0.0.3, each in a zone of its own. */
  Scene addPods() {
    addPods(checkout());
    return this;
  }

  static void addPods(SimulatedService service) {
    service.batch(
        () -> {
          for (int i = 1; i <= 3; i++) {
            SimulatedPod unused = service.addPod("checkout-" + i, "10.0.0." + i, "z" + i);
          }
        });
  }

  /** Follows checkout until a watch is open and then for a while, and forgets the requests. */
  Scene sync() {
    follow("checkout:grpc");
    eventually(() -> assertThat(view().state().isListed()).isTrue());
    awaitWatch();
    caller();
    pass(A_WHILE);
    server.clearRequests();
    streamsBefore = told.streams();
    return this;
  }

  /** Waits until the SDK knows of each watch that it was granted, and the last one is open. */
  void awaitWatch() {
    eventually(
        () -> {
          assertThat(asked()).noneMatch(line -> line.endsWith(" 0"));
          long granted =
              asked().stream().filter(line -> line.matches("watch(list)? .* 200")).count();
          assertThat(told.streams() - streamsBefore).isEqualTo((int) granted);
          assertThat(server.openWatches()).isEqualTo(1);
        });
  }

  /** A pod is gone, and the watch that was to tell it says nothing. */
  void loseAPodUnheard() {
    faults.dropNextEvent();
    checkout().pod("checkout-1").remove();
  }

  /** The version of the last write to the cluster. */
  String version() {
    return Long.toString(server.cluster().resourceVersion());
  }

  /** Waits until these requests were made, and no others. */
  void assertAsked(String... lines) {
    eventually(() -> assertThat(asked()).containsExactly(lines));
  }

  List<String> asked() {
    return RequestTrail.of(server.requests());
  }

  void writeToken(String token) throws IOException {
    Files.writeString(account.resolve("token"), token);
  }

  void deleteToken() throws IOException {
    Files.delete(account.resolve("token"));
  }

  void writeAuthority(String certificate) throws IOException {
    Files.writeString(account.resolve("ca.crt"), certificate);
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
      assertThat(server.requests())
          .extracting(RecordedRequest::protocol)
          .allMatch(wire.protocol::equals);
    } finally {
      server.close();
    }
  }
}
