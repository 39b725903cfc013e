package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubernetes.client.openapi.ApiClient;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.FakeClock;
import io.slicewise.discovery.testkit.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thousand processes whose API server is away for a minute and a half. */
class FleetRestartTest {

  private static final int CLIENTS = 1_000;
  private static final Duration STEP = Duration.ofMillis(250);

  /** Held here, or its level would be forgotten with it. */
  private static final Logger LOGGER = Logger.getLogger("io.slicewise.discovery");

  private final FakeClock clock = new FakeClock();
  private final EmbeddedApiServer server =
      EmbeddedApiServer.builder().tls(false).http2(false).clock(clock).start();
  private final List<ServiceDiscovery> fleet = new ArrayList<>();
  private final List<ServiceWatch> watches = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();

  @BeforeEach
  void beQuiet() {
    LOGGER.setLevel(Level.OFF); // a thousand clients that all say what is wrong
  }

  @AfterEach
  void close() {
    LOGGER.setLevel(null);
    fleet.forEach(ServiceDiscovery::close);
    clock.runDueTasks();
    server.close();
  }

  private static ConditionFactory soon() {
    return await()
        .pollInSameThread()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  private void start() {
    ApiClient api = new ApiClient().setBasePath(server.uri().toString());
    api.addDefaultHeader("Authorization", "Bearer " + server.token());
    ClusterConfig cluster = ClusterConfig.of(api, "shop");
    for (int i = 0; i < CLIENTS; i++) {
      Client client = new Client();
      clients.add(client);
      ServiceDiscovery discovery =
          ServiceDiscovery.builder()
              .cluster(cluster)
              .family(AddressType.IPV4)
              .findCallers(false)
              .health(HealthOptions.OFF)
              .scheduler(clock)
              .listenerExecutor(clock)
              .observer(client)
              .clock(clock::nanoTime, clock)
              .random(new Random(i), new Random(i)::nextLong)
              .build();
      fleet.add(discovery);
      watches.add(discovery.watch("checkout:grpc"));
      if (i % 100 == 99) {
        awaitAll(SyncState.SYNCED);
      }
    }
    soon().until(() -> server.openWatches() == CLIENTS);
  }

  private void awaitAll(SyncState state) {
    soon()
        .until(
            () -> {
              clock.advance(Duration.ofMillis(10));
              return watches.stream().allMatch(watch -> watch.view().state() == state);
            });
  }

  /** Moves time, and waits after each step until no request is under way. */
  private void pass(Duration time) {
    for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(STEP)) {
      clock.advance(STEP);
      soon().until(this::nobodyAsks);
    }
  }

  private boolean nobodyAsks() {
    clock.runDueTasks();
    return clients.stream().allMatch(client -> client.next > clock.nanoTime());
  }

  /** Knows when a client asks next, on its clock. */
  private final class Client implements DiscoveryObserver {

    private static final long NEVER = Long.MAX_VALUE;

    private long next = NEVER; // written inside the clock's tasks, on the test's thread

    @Override
    public void onFailure(String namespace, String problem, Duration delay) {
      next = clock.nanoTime() + delay.toNanos();
    }

    @Override
    public void onStreamOpened(String namespace, SortedSet<String> services) {
      next = NEVER;
    }
  }

  @Test
  void aThousandClientsComeBackOverHalfAMinuteAndNoneLists() {
    server.cluster().service("shop", "checkout").addPod("checkout-1", "10.0.0.1", "z1");
    start();
    server.clearRequests();

    server.kill();
    soon()
        .until(
            () -> {
              clock.runDueTasks();
              return clients.stream().noneMatch(client -> client.next == Client.NEVER);
            });
    pass(Duration.ofSeconds(90));
    awaitAll(SyncState.STALE);
    for (ServiceWatch watch : watches) {
      assertThat(watch.pick().address()).isEqualTo("10.0.0.1");
    }
    server.restart();
    pass(Duration.ofSeconds(70));
    awaitAll(SyncState.SYNCED);

    List<RecordedRequest> requests = server.requests();
    assertThat(RequestTrail.of(requests))
        .hasSize(CLIENTS)
        .containsOnly("watch @" + server.cluster().resourceVersion() + " 200");
    assertThat(requests) // the end of these watches is spread, too, over five to ten minutes
        .extracting(request -> Integer.parseInt(request.query().get("timeoutSeconds")) / 30)
        .contains(10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
        .allMatch(halfMinutes -> halfMinutes >= 10 && halfMinutes <= 20);
    Map<Instant, Integer> perSecond = new TreeMap<>();
    for (RecordedRequest request : requests) {
      perSecond.merge(Instant.ofEpochSecond(request.at().getEpochSecond()), 1, Integer::sum);
    }
    Instant first = requests.get(0).at();
    Instant last = requests.get(CLIENTS - 1).at();
    assertThat(Duration.between(first, last)).isGreaterThan(Duration.ofSeconds(30));
    assertThat(perSecond.values()).allMatch(count -> count < CLIENTS / 10);
  }
}
