package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.source.ExchangeEnd.Kind.BROKEN;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.CANCELLED;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.COMPLETE;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.NOT_LISTENING;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.REFUSED;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNDECODABLE;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges with an API server over TLS, on both versions of HTTP. */
class ApiServerSourceTest {

  private @TempDir Path directory;
  private EmbeddedApiServer server;
  private SimulatedService checkout;
  private ApiServerSource source;

  private void start(boolean http2) throws Exception {
    source = ApiServerSource.create(serve(EmbeddedApiServer.builder().http2(http2)));
  }

  private void start(EmbeddedApiServer.Builder builder, Duration openLimit) throws Exception {
    source =
        new ApiServerSource(
            serve(builder), ReaderThreads.daemons(), InstantSource.system(), openLimit);
  }

  private ClusterConfig serve(EmbeddedApiServer.Builder builder) throws Exception {
    server = builder.start();
    checkout = server.cluster().service("shop", "checkout").port("http", 8080);
    checkout.addPod("checkout-1", "10.0.0.1", "eu-1a");
    return ClusterConfig.kubeconfig(server.writeKubeconfig(directory));
  }

  @AfterEach
  void stop() {
    if (source != null) {
      source.close();
    }
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void listsTheSlicesOfItsServicesAlone(boolean http2) throws Exception {
    start(http2);
    server.cluster().service("shop", "cart").port("http", 8080);

    RecordingHandler handler = send(Requests.list("checkout"));

    assertThat(handler.awaitEnd().kind()).isEqualTo(COMPLETE);
    assertThat(handler.awaitEnd().resourceVersion()).isNotEmpty();
    assertThat(handler.remaining())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.type()).isEqualTo(SliceEvent.Type.ADDED);
              assertThat(event.slice().service()).isEqualTo("checkout");
              assertThat(event.slice().endpoints()).hasSize(1);
            });
    RecordedRequest request = server.requests().get(0);
    assertThat(request.protocol()).isEqualTo(http2 ? "HTTP/2.0" : "HTTP/1.1");
    assertThat(request.headers()).containsEntry("accept", "application/json");
    assertThat(request.headers().get("user-agent")).startsWith("slicewise/");
    assertThat(request.headers().get("accept-encoding")).isEqualTo("gzip");
  }

  @Test
  void listsPageByPage() throws Exception {
    start(true);
    for (String name : List.of("a", "b", "c")) {
      server.cluster().service("shop", name).port("http", 80);
    }
    List<String> services = new ArrayList<>();
    String token = "";
    do {
      RecordingHandler handler = send(Requests.page(2, token));
      ExchangeEnd end = handler.awaitEnd();
      assertThat(end.kind()).isEqualTo(COMPLETE);
      handler.remaining().forEach(event -> services.add(event.slice().service()));
      token = end.continueToken() == null ? "" : end.continueToken();
    } while (!token.isEmpty());

    assertThat(services).containsExactlyInAnyOrder("a", "b", "c", "checkout");
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void watchesFromAVersion(boolean http2) throws Exception {
    start(http2);
    String version = send(Requests.list("checkout")).awaitEnd().resourceVersion();

    RecordingHandler handler = send(Requests.watch(version, "checkout"));
    Thread reader = handler.awaitOpen();
    checkout.addPod("checkout-2", "10.0.0.2", "eu-1b");

    SliceEvent event = handler.awaitEvent();
    assertThat(event.type()).isEqualTo(SliceEvent.Type.MODIFIED);
    assertThat(event.slice().endpoints()).hasSize(2);
    assertThat(reader.getName()).startsWith("slicewise-reader-");
    assertThat(reader.isDaemon()).isTrue();
    RecordedRequest request = server.requests().get(1);
    assertThat(request.headers()).containsEntry("accept-encoding", "identity");
    assertThat(request.query())
        .containsEntry("labelSelector", "kubernetes.io/service-name=checkout");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void watchesAListUpToItsMarkedBookmarkAndBeyond(boolean http2) throws Exception {
    start(EmbeddedApiServer.builder().http2(http2).gzipWatchLists(true), Duration.ofSeconds(30));
    server.cluster().service("shop", "cart").port("http", 8080);

    RecordingHandler handler = send(Requests.watchList("cart", "checkout"));

    assertThat(handler.awaitInitialEvents()).hasSize(3);
    checkout.pod("checkout-1").remove();
    assertThat(handler.awaitEvent().slice().endpoints()).isEmpty();
    assertThat(handler.isEnded()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cancelEndsASilentWatchAtOnce(boolean http2) throws Exception {
    start(http2);
    RecordingHandler handler = new RecordingHandler();
    SliceSource.Exchange exchange = source.start(Requests.watchList("checkout"), handler);
    handler.awaitInitialEvents();

    exchange.cancel();
    exchange.cancel();

    // Nothing else ends it that soon: a silent watch is given up after minutes.
    assertThat(handler.awaitEnd().kind()).isEqualTo(CANCELLED);
    await().until(() -> server.openWatches() == 0);
  }

  @Test
  void cancelIsHeardAtAnyMomentOfConnecting() throws Exception {
    start(EmbeddedApiServer.builder(), Duration.ofSeconds(30));
    send(Requests.list("checkout")).awaitEnd();
    for (int i = 0; i < 100; i++) {
      server.faults().cutConnections();
      server.faults().freeze();
      RecordingHandler handler = new RecordingHandler();
      SliceSource.Exchange exchange = source.start(Requests.list("checkout"), handler);
      long cancelAt = System.nanoTime() + i * 30_000L; // 0 to 3 ms: around the handshake's start
      while (System.nanoTime() < cancelAt) {
        Thread.onSpinWait();
      }
      exchange.cancel();

      assertThat(handler.awaitEnd().kind()).isEqualTo(CANCELLED);
      server.faults().unfreeze();
    }
    source.close();
    await().until(() -> server.openConnections() == 0);
  }

  @Test
  void closeLeavesNoThreadAndNoConnection() throws Exception {
    start(true);
    RecordingHandler first = send(Requests.watchList("checkout"));
    RecordingHandler second = send(Requests.watchList("cart"));
    first.awaitInitialEvents();
    Thread reader = second.awaitOpen();

    source.close();
    source.close();

    assertThat(first.awaitEnd().kind()).isEqualTo(CANCELLED);
    assertThat(second.awaitEnd().kind()).isEqualTo(CANCELLED);
    reader.join(10_000);
    assertThat(reader.isAlive()).isFalse();
    await().until(() -> server.openConnections() == 0);
  }

  @Test
  void startAfterCloseEndsCancelled() throws Exception {
    start(true);
    source.close();

    RecordingHandler handler = send(Requests.list("checkout"));

    assertThat(handler.awaitEnd().kind()).isEqualTo(CANCELLED);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void reportsAPortNobodyListensOn() throws Exception {
    start(true);
    server.faults().refuse();

    ExchangeEnd end = send(Requests.list("checkout")).awaitEnd();

    assertThat(end.kind()).isEqualTo(NOT_LISTENING);
    assertThat(end.message()).startsWith("127.0.0.1:" + server.uri().getPort()).contains("refused");
  }

  @Test
  void givesUpOnAServerThatAcceptsAndSaysNothing() throws Exception {
    start(EmbeddedApiServer.builder(), Duration.ofMillis(500));
    server.faults().freeze();

    RecordingHandler handler = send(Requests.watchList("checkout"));

    ExchangeEnd end = handler.awaitEnd();
    assertThat(end.kind()).isEqualTo(UNREACHABLE);
    assertThat(end.message()).contains("no answer within");
    assertThat(handler.isOpen()).isFalse();
  }

  @Test
  void givesUpOnAFrozenServerAfterTheHandshakeToo() throws Exception {
    start(EmbeddedApiServer.builder(), Duration.ofSeconds(2));
    send(Requests.watchList("checkout")).awaitInitialEvents();
    server.faults().freeze();

    ExchangeEnd end = send(Requests.list("checkout")).awaitEnd();

    assertThat(end.kind()).isEqualTo(UNREACHABLE);
  }

  @Test
  void reportsABrokenStream() throws Exception {
    start(false);
    RecordingHandler handler = send(Requests.watchList("checkout"));
    handler.awaitInitialEvents();

    server.faults().cutConnections();

    assertThat(handler.awaitEnd().kind()).isEqualTo(BROKEN);
  }

  @Test
  void reportsAGarbledEvent() throws Exception {
    start(true);
    RecordingHandler handler = send(Requests.watchList("checkout"));
    handler.awaitInitialEvents();

    server.faults().sendLine("{\"type\":\"LATER\",\"object\":{}}");
    server.faults().sendLine("{garbled");

    assertThat(handler.awaitEnd().kind()).isEqualTo(UNDECODABLE);
    assertThat(handler.remaining()).isEmpty();
  }

  @Test
  void reportsAnExpiredVersionAsAnEvent() throws Exception {
    start(true);
    server.faults().compact();

    RecordingHandler handler = send(Requests.watch("1", "checkout"));

    assertThat(handler.awaitEvent().status().isExpired()).isTrue();
  }

  @Test
  void reportsAForbiddenVerb() throws Exception {
    start(true);
    server.faults().forbid("watch", "endpointslices", "shop");

    ExchangeEnd end = send(Requests.watchList("checkout")).awaitEnd();

    assertThat(end.kind()).isEqualTo(REFUSED);
    assertThat(end.status().code()).isEqualTo(403);
    assertThat(end.message()).contains("cannot watch resource \"endpointslices\"");
  }

  @Test
  void endsTheExchangeOfAHandlerThatThrows() throws Exception {
    start(true);
    RecordingHandler recorder = new RecordingHandler();
    SliceHandler throwing =
        new SliceHandler() {
          @Override
          public void onOpen() {}

          @Override
          public void onEvent(SliceEvent event) {
            throw new IllegalStateException("not this one");
          }

          @Override
          public void onEnd(ExchangeEnd end) {
            recorder.onEnd(end);
          }
        };

    source.start(Requests.watchList("checkout"), throwing);

    assertThat(recorder.awaitEnd().kind()).isEqualTo(UNDECODABLE);
    assertThat(recorder.awaitEnd().message()).contains("not this one");
  }

  @Test
  void tellsTheServersAddress() throws Exception {
    start(true);

    assertThat(source.describe()).isEqualTo(server.uri().toString());
  }

  @Test
  void readsThePortsOfAService() throws Exception {
    start(true);
    checkout.port("grpc", 90, "grpc-port", "TCP", null);

    ServicePorts ports = ask("checkout");

    assertThat(ports.end().kind()).isEqualTo(COMPLETE);
    assertThat(ports.ports())
        .containsExactly(
            new ServicePorts.Port("http", 8080, "8080", "TCP"),
            new ServicePorts.Port("grpc", 90, "grpc-port", "TCP"));
  }

  @Test
  void saysWhetherAServiceIsMissingOrForbidden() throws Exception {
    start(true);

    assertThat(ask("nope").end().status().code()).isEqualTo(404);
    server.faults().forbid("get", "services", null);
    assertThat(ask("checkout").end().status().code()).isEqualTo(403);
    assertThat(ask("checkout").ports()).isEmpty();
  }

  @Test
  void closeEndsAQuestionToAFrozenServer() throws Exception {
    start(true);
    server.faults().freeze();
    CountDownLatch asked = new CountDownLatch(1);
    Executor thread = ReaderThreads.perTask();
    var answer =
        source.servicePorts(
            "shop",
            "checkout",
            task ->
                thread.execute(
                    () -> {
                      asked.countDown();
                      task.run();
                    }));
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

    source.close();

    assertThat(answer.get(10, TimeUnit.SECONDS).end().kind()).isEqualTo(CANCELLED);
  }

  private ServicePorts ask(String service) throws Exception {
    return source.servicePorts("shop", service, Runnable::run).get(10, TimeUnit.SECONDS);
  }

  private RecordingHandler send(SliceRequest request) {
    RecordingHandler handler = new RecordingHandler();
    source.start(request, handler);
    return handler;
  }
}
