package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** However calls end, nothing stays in flight. */
@Timeout(120)
class CancelTest {

  private static final int WAVE = 400;
  private static final Shop SHOP = new Shop();
  private static Caller caller;

  private List<Callee> callees;

  @BeforeAll
  static void start() {
    caller = new Caller(SHOP);
  }

  @AfterAll
  static void stop() {
    caller.close();
    SHOP.close();
  }

  @BeforeEach
  void open() {
    callees = SHOP.open("checkout", 3, 4, "a");
    await().until(() -> caller.eligible("checkout").size() == 4);
  }

  @AfterEach
  void clear() {
    SHOP.clear("checkout");
    await().until(() -> caller.eligible("checkout").isEmpty());
  }

  private static WebClient webClient() {
    return caller
        .bean(WebClient.Builder.class)
        .clone()
        .clientConnector(
            new ReactorClientHttpConnector(
                HttpClient.create(ConnectionProvider.create("test", WAVE))))
        .build();
  }

  private static Mono<String> call(WebClient client) {
    return client.get().uri("http://checkout/orders").retrieve().bodyToMono(String.class);
  }

  private int answering() {
    return callees.stream().mapToInt(Callee::open).sum();
  }

  @Test
  void leavesNothingInFlightAfterTenThousandCancelledCalls() {
    callees.forEach(Callee::hangs);
    WebClient client = webClient();
    for (int wave = 0; wave < 10_000 / WAVE; wave++) {
      List<Disposable> calls = new ArrayList<>();
      for (int i = 0; i < WAVE; i++) {
        calls.add(call(client).subscribe());
      }
      if (wave % 5 == 0) { // some have been answered to, the others are on their way
        await().until(() -> answering() >= WAVE);
        assertThat(caller.inFlight("checkout")).isEqualTo(WAVE);
      }
      calls.forEach(Disposable::dispose);
      assertThat(caller.inFlight("checkout")).isZero();
    }
    assertThat(caller.eligible("checkout")).hasSize(4); // a cancelled call tells nothing
  }

  @ParameterizedTest
  @CsvSource({"200, 3000", "500, 1000", "503, 1000"})
  void leavesNothingInFlightAfterAnswers(int status, int calls) {
    callees.forEach(callee -> callee.answers(status));
    WebClient client = webClient();
    Long answered =
        Flux.range(0, calls)
            .flatMap(i -> call(client).onErrorReturn("failed"), 64)
            .count()
            .block(Duration.ofSeconds(60));
    assertThat(answered).isEqualTo(calls);
    await().until(() -> caller.inFlight("checkout") == 0); // a failure counts for a second or two
  }

  @Test
  void leavesNothingInFlightAfterConnectionsBreak() {
    callees.forEach(Callee::resets);
    WebClient client = webClient();
    Long answered =
        Flux.range(0, 1_000)
            .flatMap(i -> call(client).onErrorReturn("failed"), 64)
            .count()
            .block(Duration.ofSeconds(60));
    assertThat(answered).isEqualTo(1_000);
    await().until(() -> caller.inFlight("checkout") == 0);
  }

  @Test
  void leavesNothingInFlightAfterTheGatewaysClientsHaveGone() {
    callees.forEach(Callee::hangs);
    WebClient client =
        WebClient.builder()
            .clientConnector(
                new ReactorClientHttpConnector(
                    HttpClient.create(ConnectionProvider.create("clients", WAVE))))
            .baseUrl("http://127.0.0.1:" + caller.port())
            .build();
    List<Disposable> calls = new ArrayList<>();
    for (int i = 0; i < WAVE; i++) {
      calls.add(client.get().uri("/orders").retrieve().bodyToMono(String.class).subscribe());
    }
    await().until(() -> answering() == WAVE);
    assertThat(caller.inFlight("checkout")).isEqualTo(WAVE);
    calls.forEach(Disposable::dispose);
    await().until(() -> caller.inFlight("checkout") == 0);
  }
}
