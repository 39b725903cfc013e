package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Nothing of this blocks a thread that must not be blocked: BlockHound watches all of them. */
@Tag("blockhound")
@Timeout(60)
class EventLoopTest {

  private static final List<Error> FOUND = new CopyOnWriteArrayList<>();

  private final Shop shop = new Shop();
  private final Callee callee = shop.open("checkout", "127.0.1.1", "a");

  @BeforeAll
  static void install() {
    BlockHound.builder()
        .loadIntegrations()
        // Spring Cloud makes a context for each service, reading classes, at the first call.
        .allowBlockingCallsInside(
            "org.springframework.cloud.context.named.NamedContextFactory", "createContext")
        // Its own balancer looks for its instances' supplier once, under a lock.
        .allowBlockingCallsInside("org.springframework.util.function.SingletonSupplier", "get")
        .blockingMethodCallback(
            method -> {
              Error error = new AssertionError(method + " on " + Thread.currentThread().getName());
              FOUND.add(error);
              throw error;
            })
        .install();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  /** Calls on an event loop through the gateway, and on a thread for what does not block. */
  private static Flux<String> calls(Caller caller, int count) {
    WebClient outside = WebClient.create("http://127.0.0.1:" + caller.port());
    WebClient inside = caller.bean(WebClient.Builder.class).build();
    return Flux.range(0, count)
        .flatMap(
            i ->
                Flux.merge(
                    body(outside.get().uri("/orders")),
                    body(inside.get().uri("http://checkout/")).subscribeOn(Schedulers.parallel())));
  }

  private static Mono<String> body(WebClient.RequestHeadersSpec<?> request) {
    return request.exchangeToMono(
        response ->
            response.bodyToMono(String.class).defaultIfEmpty("").map(body -> at(response, body)));
  }

  private static String at(ClientResponse response, String body) {
    return response.statusCode().value() == 200 ? body : "" + response.statusCode().value();
  }

  @Test
  void findsWhatBlocks() {
    assertThatThrownBy(
            () ->
                Mono.fromCallable(
                        () -> {
                          Thread.sleep(1);
                          return "slept";
                        })
                    .subscribeOn(Schedulers.parallel())
                    .block())
        .hasStackTraceContaining("sleep");
    FOUND.clear();
  }

  @Test
  void blocksNobodyFromTheFirstCallOn() {
    shop.api().kill();
    try (Caller caller = new Caller(shop, "slicewise.loadbalancer.timeout=1m")) {
      List<String> answers = new CopyOnWriteArrayList<>();
      var unused = calls(caller, 20).subscribe(answers::add);
      await().until(() -> caller.watch("checkout").view() != null);
      shop.api().restart();
      await().atMost(Duration.ofSeconds(30)).until(() -> answers.size() == 40);
      assertThat(answers).containsOnly("127.0.1.1");
      assertThat(calls(caller, 200).collectList().block()).hasSize(400).containsOnly("127.0.1.1");
    }
    assertThat(FOUND).isEmpty();
  }

  @Test
  void blocksNobodyWhenCallsFail() {
    try (Caller caller = new Caller(shop)) {
      callee.answers(503);
      assertThat(calls(caller, 50).collectList().block()).containsOnly("503");
      callee.pod().ready(false);
      await().until(() -> caller.eligible("checkout").isEmpty());
      assertThat(calls(caller, 5).collectList().block()).containsOnly("503");
      callee.pod().remove();
      await().until(() -> caller.watch("checkout").view().endpoints().isEmpty());
      assertThat(calls(caller, 5).collectList().block()).containsOnly("503");
    }
    assertThat(FOUND).isEmpty();
  }
}
