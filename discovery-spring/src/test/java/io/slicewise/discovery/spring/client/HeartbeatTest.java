package io.slicewise.discovery.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.TestCluster;
import io.slicewise.discovery.testkit.FakeClock;
import io.slicewise.discovery.testkit.SimulatedService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.client.discovery.event.HeartbeatMonitor;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.GenericApplicationContext;

/** When heartbeats are published, and when not. */
class HeartbeatTest {

  private final FakeClock clock = new FakeClock();
  private final List<Object> values = new CopyOnWriteArrayList<>();
  private final GenericApplicationContext context = new GenericApplicationContext();
  private final Heartbeat heartbeat =
      new Heartbeat(context, Duration.ofSeconds(1), clock::nanoTime, clock);

  private void refresh() {
    context.addApplicationListener(heartbeat);
    context.addApplicationListener(
        (ApplicationListener<HeartbeatEvent>) event -> values.add(event.getValue()));
    context.refresh();
    clock.runDueTasks();
  }

  @Test
  void aChangeIsPublishedAtOnceAndAnotherOneWhenTheIntervalIsOver() {
    refresh();
    heartbeat.changed();
    clock.runDueTasks();
    assertThat(values).hasSize(1);

    heartbeat.changed();
    heartbeat.changed();
    clock.runDueTasks();
    clock.advance(Duration.ofMillis(999));
    assertThat(values).hasSize(1);

    clock.advance(Duration.ofMillis(1));
    assertThat(values).hasSize(2);

    clock.advance(Duration.ofMinutes(1));
    assertThat(values).hasSize(2);
  }

  @Test
  void aStormOfChangesIsOneHeartbeatASecondAndTheLastChangeIsNotLost() {
    refresh();
    for (int i = 0; i < 100; i++) {
      heartbeat.changed();
      clock.runDueTasks();
      clock.advance(Duration.ofMillis(35));
    }
    clock.advance(Duration.ofSeconds(1));

    assertThat(values).hasSize(5); // 3.5 s: at 0, 1, 2, 3 and the last
  }

  @Test
  void everyHeartbeatIsNewsToAMonitor() {
    refresh();
    HeartbeatMonitor monitor = new HeartbeatMonitor();
    for (int i = 0; i < 3; i++) {
      heartbeat.changed();
      clock.runDueTasks();
      clock.advance(Duration.ofSeconds(2));
    }

    assertThat(values).hasSize(3).allMatch(monitor::update);
  }

  @Test
  void nothingIsPublishedBeforeTheContextIsReadyAndThenWhatWasMissed() {
    heartbeat.changed();
    clock.runDueTasks();
    clock.advance(Duration.ofSeconds(5));

    refresh();

    assertThat(values).hasSize(1);
  }

  @Test
  void aChildContextIsNotTheContext() {
    heartbeat.changed();
    clock.runDueTasks();
    try (GenericApplicationContext child = new GenericApplicationContext()) {
      child.refresh();
      heartbeat.onApplicationEvent(new ContextRefreshedEvent(child));
      clock.runDueTasks();
      clock.advance(Duration.ofSeconds(5));
    }
    assertThat(values).isEmpty();
  }

  @Test
  void aListenerThatFailsIsToldTheNextTime() {
    context.addApplicationListener(
        (ApplicationListener<HeartbeatEvent>)
            event -> {
              values.add(event.getValue());
              throw new IllegalStateException("a listener's failure, wanted here");
            });
    context.addApplicationListener(heartbeat);
    context.refresh();
    clock.runDueTasks();
    heartbeat.changed();
    clock.runDueTasks();
    heartbeat.changed();
    clock.runDueTasks();
    clock.advance(Duration.ofSeconds(1));

    assertThat(values).hasSize(2);
  }

  @Test
  void nothingIsPublishedOnceTheContextCloses() {
    refresh();
    context.close();

    heartbeat.changed();

    assertThat(clock.isShutdown()).isTrue();
    assertThat(values).isEmpty();
  }

  @Test
  void podsAndServicesThatComeAndGoAreHeartbeatsAndOutagesAreNot() {
    try (TestCluster cluster = new TestCluster()) {
      SimulatedService checkout = cluster.service("checkout", "z1");
      List<String> threads = new CopyOnWriteArrayList<>();
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  SlicewiseAutoConfiguration.class,
                  SlicewiseDiscoveryClientAutoConfiguration.class))
          .withInitializer(
              started ->
                  started.addApplicationListener(
                      (ApplicationListener<HeartbeatEvent>)
                          event -> {
                            threads.add(Thread.currentThread().getName());
                            values.add(event.getValue());
                          }))
          .withPropertyValues(cluster.properties("slicewise.watch.stale-after=0s"))
          .run(
              started -> {
                SliceDiscoveryClient client = started.getBean(SliceDiscoveryClient.class);
                assertThat(values).isEmpty();
                assertThat(client.getInstances("checkout")).hasSize(1);
                awaitHeartbeats(1);

                checkout.addPod("checkout-1", "10.0.0.2", "z2");
                awaitHeartbeats(2);
                assertThat(client.getInstances("checkout")).hasSize(2);

                assertThat(client.getServices()).containsExactly("checkout");
                awaitHeartbeats(3);
                cluster.service("billing");
                awaitHeartbeats(4);

                cluster.server().kill();
                await()
                    .atMost(Duration.ofSeconds(20))
                    .until(
                        () ->
                            started.getBean(ServiceDiscovery.class).views().get(0).state()
                                == SyncState.STALE);
                cluster.server().restart();
                await()
                    .atMost(Duration.ofSeconds(20))
                    .until(
                        () ->
                            started.getBean(ServiceDiscovery.class).views().get(0).state()
                                == SyncState.SYNCED);
                checkout.pod("checkout-1").remove();
                awaitHeartbeats(5); // and the outage was none
                assertThat(threads).containsOnly("slicewise-heartbeat");
              });
    }
  }

  private void awaitHeartbeats(int count) {
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(values).hasSize(count));
  }
}
