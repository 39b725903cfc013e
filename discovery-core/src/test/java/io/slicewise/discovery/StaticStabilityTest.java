package io.slicewise.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.FallbackAuthority;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts while the API server is dead, with real calls from the first moment until it is back. */
class StaticStabilityTest {

  @TempDir Path directory;

  private final Map<String, AtomicInteger> served = new ConcurrentHashMap<>();
  private final Map<SyncState, Integer> calls = new EnumMap<>(SyncState.class);
  private final List<String> failures = new ArrayList<>();
  private final List<HttpServer> backends = new ArrayList<>();
  private final ExecutorService backendThreads = Executors.newCachedThreadPool();
  private final AtomicBoolean done = new AtomicBoolean();
  private int port;
  private EmbeddedApiServer server;
  private ServiceDiscovery discovery;

  @BeforeEach
  void start() throws Exception {
    port = backend("127.0.0.1", 0);
    backend("127.0.0.2", port);
    backend("127.0.0.3", port);
    server = EmbeddedApiServer.start();
    SimulatedService checkout = server.cluster().service("shop", "checkout").port("http", port);
    checkout.batch(
        () -> {
          checkout.addPod("checkout-2", "127.0.0.2", "a");
          checkout.addPod("checkout-3", "127.0.0.3", "b");
        });
  }

  @AfterEach
  void close() throws Exception {
    done.set(true);
    discovery.close();
    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    server.close();
    backends.forEach(backend -> backend.stop(0));
    backendThreads.shutdownNow();
  }

  private int backend(String address, int wanted) throws IOException {
    HttpServer backend =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), wanted), 50);
    backend.setExecutor(backendThreads);
    backend.createContext(
        "/",
        exchange -> {
          served.computeIfAbsent(address, a -> new AtomicInteger()).incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    backend.start();
    backends.add(backend);
    return backend.getAddress().getPort();
  }

  private ServiceDiscovery discovery() throws Exception {
    return ServiceDiscovery.builder()
        .cluster(ClusterConfig.kubeconfig(server.writeKubeconfig(directory)))
        .namespace("shop")
        .family(AddressType.IPV4)
        .fallbackAfter(Duration.ofMillis(200))
        .snapshot(directory.resolve("slices.json"))
        .build();
  }

  /** Calls without a pause until the test says that it is over; nothing is tried twice. */
  private void callUntilDone(ServiceWatch watch) {
    while (!done.get()) {
      SyncState state = watch.view().state();
      try (Lease lease = watch.acquire()) {
        URI uri = URI.create("http://" + lease.endpoint().authority() + "/");
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        if (connection.getResponseCode() != 204) {
          failures.add(state + ": " + connection.getResponseCode());
        }
        lease.end(Outcome.SUCCESS);
      } catch (IOException | RuntimeException e) {
        failures.add(state + ": " + e);
      }
      calls.merge(state, 1, Integer::sum);
    }
  }

  private void callThroughTheReturnOfTheServer(ServiceWatch watch) throws Exception {
    ExecutorService caller = Executors.newSingleThreadExecutor();
    Future<?> calling = caller.submit(() -> callUntilDone(watch));
    await().until(() -> calls.size() == 1 && served.values().stream().anyMatch(n -> n.get() > 50));
    server.restart();
    await().until(() -> watch.view().state() == SyncState.SYNCED);
    served.clear();
    await().until(() -> served.size() == 2 && served.values().stream().allMatch(n -> n.get() > 9));
    done.set(true);
    calling.get(10, TimeUnit.SECONDS);
    caller.shutdown();
    assertThat(failures).isEmpty();
    assertThat(served.keySet()).containsExactlyInAnyOrder("127.0.0.2", "127.0.0.3");
  }

  @Test
  void theFallbackServesFromTheFirstCallUntilTheServerIsBack() throws Exception {
    server.kill();
    discovery = discovery();
    ServiceWatch watch =
        discovery.watch(
            ServiceTarget.parse("checkout"),
            WatchOptions.DEFAULTS.withFallback(new FallbackAuthority("127.0.0.1", port)));
    watch.whenSynced().get(10, TimeUnit.SECONDS);
    assertThat(watch.view().state()).isEqualTo(SyncState.FALLBACK);

    callThroughTheReturnOfTheServer(watch);

    assertThat(calls.get(SyncState.FALLBACK)).isGreaterThan(50);
  }

  @Test
  void theSnapshotServesFromTheFirstCallUntilTheServerIsBack() throws Exception {
    discovery = discovery();
    discovery.watch("checkout").whenSynced().get(10, TimeUnit.SECONDS);
    discovery.close();
    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    assertThat(Files.readString(directory.resolve("slices.json"))).contains("127.0.0.3");
    server.kill();
    discovery = discovery();
    ServiceWatch watch = discovery.watch("checkout");
    watch.whenSynced().get(10, TimeUnit.SECONDS);
    assertThat(watch.view().state()).isEqualTo(SyncState.RESTORED);

    callThroughTheReturnOfTheServer(watch);

    assertThat(calls.get(SyncState.RESTORED)).isGreaterThan(50);
  }

  @Test
  void knocksOftenAtAServerThatNeverWasThereSoThatItsReturnIsNoticedSoon() throws Exception {
    server.kill();
    List<Duration> pauses = new CopyOnWriteArrayList<>();
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.kubeconfig(server.writeKubeconfig(directory)))
            .observer(
                new DiscoveryObserver() {
                  @Override
                  public void onFailure(String namespace, String problem, Duration delay) {
                    pauses.add(delay);
                  }
                })
            .build();
    discovery.watch("checkout.shop");

    await().until(() -> pauses.size() >= 5);

    assertThat(pauses)
        .allSatisfy(
            pause -> assertThat(pause).isBetween(Duration.ofMillis(400), Duration.ofMillis(800)));
  }
}
