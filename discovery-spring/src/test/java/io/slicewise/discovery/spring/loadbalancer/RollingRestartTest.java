package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.web.reactive.function.client.WebClient;

/** Thirty pods are replaced, one after the other, under 200 requests a second. */
@Timeout(120)
class RollingRestartTest {

  private static final int PODS = 30;
  private static final String[] RETRY = {
    "spring.cloud.loadbalancer.retry.enabled=true",
    "spring.cloud.loadbalancer.retry.max-retries-on-next-service-instance=2",
  };

  private final Shop shop = new Shop();
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    clock.shutdownNow();
    shop.close();
  }

  private void call(WebClient client) {
    open.incrementAndGet();
    client
        .get()
        .uri("http://checkout/orders")
        .retrieve()
        .bodyToMono(String.class)
        .doFinally(end -> open.decrementAndGet())
        .subscribe(
            answer -> done.incrementAndGet(),
            failure ->
                failures
                    .computeIfAbsent(what(failure), each -> new AtomicInteger())
                    .incrementAndGet());
  }

  private static String what(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getClass().getSimpleName();
  }

  /** Calls at a steady rate while pods are replaced, and returns what failed. */
  private Map<String, AtomicInteger> restart(Consumer<Callee> end, String... properties)
      throws Exception {
    List<Callee> pods = new ArrayList<>(shop.open("checkout", 5, PODS, "a"));
    try (Caller caller = Caller.withoutGateway(shop, properties)) {
      caller.synced("checkout");
      WebClient client = caller.bean(WebClient.Builder.class).build();
      var unused =
          clock.scheduleAtFixedRate(() -> call(client), 0, 5, TimeUnit.MILLISECONDS); // 200/s
      for (int i = 0; i < PODS; i++) {
        Callee old = pods.get(i);
        shop.open("checkout", "127.6.0." + (i + 1), "a"); // ready before the old one goes
        clock.schedule(() -> {}, 50, TimeUnit.MILLISECONDS).get();
        end.accept(old);
        clock.schedule(() -> {}, 50, TimeUnit.MILLISECONDS).get();
      }
      clock.shutdown();
      while (open.get() > 0) {
        Thread.onSpinWait();
      }
      assertThat(done.get()).isGreaterThan(300);
      await().until(() -> caller.eligible("checkout").size() == PODS);
      return new TreeMap<>(failures);
    }
  }

  /** As Kubernetes does with a preStop hook of some length: not ready, then ended, then gone. */
  private void gracefully(Callee old) {
    old.pod().terminate();
    try {
      clock.schedule(() -> {}, 50, TimeUnit.MILLISECONDS).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    old.stop();
    old.pod().remove();
  }

  /** As a node does that loses power, but for the cluster, which hears of it at once. */
  private static void suddenly(Callee old) {
    old.kill();
    old.pod().remove();
  }

  private void report(String how, Map<String, AtomicInteger> failed) {
    System.out.printf(
        "rolling restart, %s: %d calls answered, failed: %s%n", how, done.get(), failed);
  }

  @Test
  void failsNoCallThatMayBeMadeOnceMore() throws Exception {
    Map<String, AtomicInteger> failed = restart(this::gracefully, RETRY);
    report("with retries", failed);
    assertThat(failed).isEmpty();
  }

  @Test
  void failsNoCallThatMayBeMadeOnceMoreWhenPodsDie() throws Exception {
    Map<String, AtomicInteger> failed = restart(RollingRestartTest::suddenly, RETRY);
    report("pods killed, with retries", failed);
    assertThat(failed).isEmpty();
  }

  @Test
  void tellsWhatFailsWithoutRetries() throws Exception {
    Map<String, AtomicInteger> failed = restart(this::gracefully);
    report("without retries", failed);
    assertThat(done.get()).isGreaterThan(300);
  }

  @Test
  void tellsWhatFailsWithoutRetriesWhenPodsDie() throws Exception {
    Map<String, AtomicInteger> failed = restart(RollingRestartTest::suddenly);
    report("pods killed, without retries", failed);
    assertThat(done.get()).isGreaterThan(300);
  }
}
