package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The first requests wait for the first list, not for ever, and not in the way of others. */
@Timeout(60)
class WaitTest {

  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void answersTheFirstRequestsAfterTheFirstList() {
    shop.open("checkout", "127.0.1.1", "a");
    shop.api().kill();
    List<String> threads = new CopyOnWriteArrayList<>();
    try (Caller caller = Caller.withoutGateway(shop, "slicewise.loadbalancer.timeout=1m")) {
      WebClient client =
          caller
              .bean(WebClient.Builder.class)
              .clone()
              .filter(
                  (request, next) -> {
                    threads.add(Thread.currentThread().getName());
                    return next.exchange(request);
                  })
              .build();
      List<String> answers = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 10; i++) {
        client
            .get()
            .uri("http://checkout/")
            .retrieve()
            .bodyToMono(String.class)
            .subscribe(answers::add);
      }
      assertThat(answers).isEmpty();
      shop.api().restart();
      await().atMost(Duration.ofSeconds(30)).until(() -> answers.size() == 10);
      assertThat(answers).containsOnly("127.0.1.1");
      assertThat(threads).hasSize(10).allMatch(name -> name.startsWith("boundedElastic"));
    }
  }

  @Test
  void theFirstRequestGoesToTheFallbackWhileTheApiServerIsDown() {
    Callee proxy = shop.open("checkout", "127.0.1.9", "a"); // what kube-proxy is in a cluster
    shop.api().kill();
    String fallback = "127.0.1.9:" + proxy.port();
    try (Caller caller =
        Caller.withoutGateway(shop, "slicewise.services.checkout.fallback=" + fallback)) {
      WebClient client = caller.bean(WebClient.Builder.class).build();

      String answer =
          client.get().uri("http://checkout/").retrieve().bodyToMono(String.class).block();

      assertThat(answer).isEqualTo("127.0.1.9");
    }
  }

  @Test
  void waitsForAServiceOnceAndNotAgainForEveryRequest() {
    shop.api().kill();
    FakeClock clock = new FakeClock();
    FirstSync wait = new FirstSync(Duration.ofSeconds(2), Schedulers.fromExecutorService(clock));
    try (ServiceDiscovery discovery =
            ServiceDiscovery.builder()
                .cluster(ClusterConfig.kubeconfig(shop.kubeconfig()))
                .build();
        ServiceWatch watch = discovery.watch("checkout.shop")) {
      List<String> ended = new ArrayList<>();
      require(wait.of(watch)).doFinally(end -> ended.add("first")).subscribe();
      clock.advance(Duration.ofMillis(1_500));
      require(wait.of(watch)).doFinally(end -> ended.add("second")).subscribe();
      assertThat(ended).isEmpty();
      clock.advance(Duration.ofMillis(500));
      assertThat(ended).containsExactlyInAnyOrder("first", "second");
      assertThat(wait.of(watch)).isNull();
    }
  }

  @Test
  void doesNotWaitWithoutATimeout() {
    FirstSync wait = new FirstSync(Duration.ZERO, Schedulers.immediate());
    try (ServiceDiscovery discovery =
            ServiceDiscovery.builder()
                .cluster(ClusterConfig.kubeconfig(shop.kubeconfig()))
                .build();
        ServiceWatch watch = discovery.watch("checkout.shop")) {
      assertThat(wait.of(watch)).isNull();
    }
  }

  private static Mono<Void> require(Mono<Void> wait) {
    return Objects.requireNonNull(wait);
  }
}
