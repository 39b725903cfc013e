package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * The SDK, following one Service over real sockets, and a caller.
 *
 * <p>It works inside {@link #eventually} and {@link #pass} only, on the test's thread; bytes travel
 * by themselves. Its time moves by what {@link #pass} says, and in {@link #eventually} a little
 * after each thing that arrives, for changes to settle: far less than the shortest pause.
 */
class Sdk implements AutoCloseable {

  /** How long bytes may take on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration TICK = Duration.ofMillis(10);
  private static final int MOST_TICKS = 10;

  final FakeClock clock = new FakeClock();
  final Told told = new Told();
  private final ServiceDiscovery discovery;
  private @Nullable ServiceWatch watch;
  private @Nullable Caller caller;
  private boolean nobodyIsFine;

  Sdk(ClusterConfig cluster, UnaryOperator<ServiceDiscoveryBuilder> settings) {
    discovery =
        settings
            .apply(
                ServiceDiscovery.builder()
                    .cluster(cluster)
                    .namespace("shop")
                    .family(AddressType.IPV4)
                    .findCallers(false)
                    .health(HealthOptions.OFF)
                    .connectJitter(Duration.ZERO)
                    .scheduler(clock)
                    .listenerExecutor(clock)
                    .clock(clock::nanoTime, clock)
                    .random(new Random(7), new SplittableRandom(7)::nextLong)
                    .observer(told))
            .build();
  }

  /** Begins to follow a target. */
  void follow(String target) {
    watch = discovery.watch(target);
  }

  /** The caller, which begins to pick when it is first asked for. */
  Caller caller() {
    if (caller == null) {
      caller = new Caller(watch());
    }
    return caller;
  }

  ServiceDiscovery discovery() {
    return discovery;
  }

  ServiceWatch watch() {
    if (watch == null) {
      throw new IllegalStateException("nothing is followed");
    }
    return watch;
  }

  ServiceView view() {
    return watch().view();
  }

  /** It is right in this test that there is at times nobody to call. */
  void nobodyIsFine() {
    nobodyIsFine = true;
  }

  /** Moves the SDK's time, and lets it do what is due. */
  void pass(Duration time) {
    clock.runDueTasks();
    clock.advance(time);
  }

  /** Waits for a failure that the SDK reports, counted from 1, and returns it. */
  Told.Failure failure(int number) {
    eventually(() -> assertThat(told.failures()).hasSizeGreaterThanOrEqualTo(number));
    return told.failures().get(number - 1);
  }

  /** Waits for a failure and passes the pause after it. */
  Told.Failure passPause(int number) {
    Told.Failure failure = failure(number);
    pass(failure.pause());
    return failure;
  }

  /** Lets what arrives be done until it is as expected. */
  void eventually(ThrowingRunnable expectation) {
    eventually(PATIENCE, MOST_TICKS, expectation);
  }

  /** Lets what arrives be done, while time stands still, until it is as expected. */
  void atOnce(ThrowingRunnable expectation) {
    eventually(PATIENCE, 0, expectation);
  }

  void eventually(Duration patience, int mostTicks, ThrowingRunnable expectation) {
    int[] ticks = {0};
    await()
        .pollInSameThread()
        .atMost(patience)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .untilAsserted(
            () -> {
              if (clock.runDueTasks() > 0) {
                ticks[0] = 0;
              }
              try {
                expectation.run();
              } catch (AssertionError e) {
                if (ticks[0]++ < mostTicks && clock.advance(TICK) > 0) {
                  ticks[0] = 0;
                }
                throw e;
              }
            });
  }

  /** Waits until something arrives, and lets it be done. */
  void awaitArrival() {
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> clock.runDueTasks() > 0);
  }

  /** Waits until the view says this, such as {@code SYNCED 10.0.0.1}. */
  void assertSees(String state) {
    eventually(() -> assertThat(Caller.line(view())).isEqualTo(state));
  }

  /** Asserts that calls go to port 8080 of these addresses and to no others. */
  void assertCalls(String... addresses) {
    String[] authorities = Arrays.stream(addresses).map(a -> a + ":8080").toArray(String[]::new);
    assertThat(caller().nextPicks()).isNotEmpty().isSubsetOf(authorities);
  }

  @Override
  public void close() throws Exception {
    if (caller != null) {
      caller.close();
    }
    discovery.close();
    eventually(() -> assertThat(discovery.awaitClosed(Duration.ofMillis(20))).isTrue());
    if (caller != null && !nobodyIsFine) {
      caller.assertNeverRefused();
    }
  }
}
