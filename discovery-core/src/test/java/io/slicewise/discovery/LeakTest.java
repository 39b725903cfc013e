package io.slicewise.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is opened and closed again leaves no thread, socket or listener behind. */
class LeakTest {

  @TempDir Path directory;

  private final EmbeddedApiServer server = EmbeddedApiServer.start();
  private ClusterConfig cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = ClusterConfig.kubeconfig(server.writeKubeconfig(directory));
    for (int i = 0; i < 5; i++) {
      server.cluster().service("shop", "s" + i).addPod("s" + i + "-1", "10.0.0." + i, "z1");
    }
    assertThat(threads()).isEmpty();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private ServiceDiscovery discover(Duration linger) {
    return ServiceDiscovery.builder()
        .cluster(cluster)
        .namespace("shop")
        .connectJitter(Duration.ZERO)
        .linger(linger)
        .build();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("slicewise-"))
        .sorted()
        .toList();
  }

  private void assertNothingLeft() {
    await()
        .atMost(Duration.ofSeconds(30)) // an idle connection ends after ten
        .untilAsserted(
            () -> {
              assertThat(threads()).isEmpty();
              assertThat(server.openWatches()).isZero();
              assertThat(server.openConnections()).isZero();
            });
  }

  @Test
  void aThousandWatchesThatComeAndGoLeaveNothingBehind() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    ServiceDiscovery discovery = discover(Duration.ZERO);
    for (int i = 0; i < 1_000; i++) {
      ServiceWatch watch = discovery.watch("s" + i % 5 + ":grpc");
      watch.subscribe(view -> heard.incrementAndGet());
      if (i % 500 == 0) {
        watch.whenSynced().get(20, TimeUnit.SECONDS);
      }
      watch.close();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> server.openWatches() == 0);
    assertThat(heard).hasPositiveValue();
    // Two writers, the listener, and no reader once its last stream is a second old.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(threads())
                    .containsOnly(
                        "slicewise-listener-1", "slicewise-writer-1", "slicewise-writer-2"));

    discovery.close();

    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    assertNothingLeft();
  }

  @Test
  void cataloguesThatComeAndGoLeaveNothingBehind() throws Exception {
    ServiceDiscovery discovery = discover(Duration.ZERO);
    for (int i = 0; i < 200; i++) {
      ServiceCatalog catalog = discovery.catalog("shop");
      catalog.subscribe(names -> {});
      if (i % 50 == 0) {
        assertThat(catalog.whenSynced().get(20, TimeUnit.SECONDS)).hasSize(5);
      }
      catalog.close();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> server.openWatches() == 0);
    discovery.catalog("shop").whenSynced().get(20, TimeUnit.SECONDS);

    discovery.close();

    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    assertNothingLeft();
  }

  @Test
  void aWatchThatWasClosedCanBeCollectedWithItsListener() throws Exception {
    try (ServiceDiscovery discovery = discover(Duration.ofHours(1));
        ServiceWatch kept = discovery.watch("s1:grpc")) {
      kept.whenSynced().get(20, TimeUnit.SECONDS);

      List<WeakReference<?>> references = openAndClose(discovery);

      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                System.gc();
                return references.stream().allMatch(reference -> reference.get() == null);
              });
      discovery.close();
      assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    }
  }

  private static List<WeakReference<?>> openAndClose(ServiceDiscovery discovery) throws Exception {
    List<ServiceView> heard = new ArrayList<>();
    ServiceWatch watch = discovery.watch("s1:grpc");
    watch.subscribe(heard::add);
    watch.whenSynced().get(20, TimeUnit.SECONDS);
    watch.close();
    return List.of(new WeakReference<>(watch), new WeakReference<>(heard));
  }

  @Test
  void discoveriesThatComeAndGoLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 20; i++) {
      ServiceDiscovery discovery = discover(Duration.ofSeconds(30));
      ServiceWatch watch = discovery.watch("s1:grpc");
      discovery.watch("s2.other:grpc");
      if (i % 2 == 0) {
        watch.whenSynced().get(20, TimeUnit.SECONDS);
      }
      discovery.close();
      discovery.close();
      assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
      assertThat(discovery.awaitClosed(Duration.ZERO)).isTrue();
    }

    assertNothingLeft();
  }

  @Test
  void closingWhileTheServerDoesNotAnswerLeavesNothingBehind() throws Exception {
    server.faults().freeze();
    ServiceDiscovery discovery = discover(Duration.ofSeconds(30));
    discovery.watch("s1:grpc");
    await().until(() -> threads().contains("slicewise-reader-1"));

    discovery.close();

    assertThat(discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
    server.faults().unfreeze();
    assertNothingLeft();
  }
}
