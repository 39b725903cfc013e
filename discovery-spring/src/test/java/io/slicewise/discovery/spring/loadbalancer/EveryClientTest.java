package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Sinks;

/** What every client of Spring's does on Slicewise. */
@Timeout(60)
class EveryClientTest {

  private static final Shop SHOP = new Shop();
  private static Caller caller;
  private static int addresses;

  private ServiceWatch watch;
  private Callee first;
  private Callee second;

  @BeforeAll
  static void start() {
    caller =
        new Caller(
            SHOP,
            "slicewise.strategy=round-robin",
            "slicewise.watch.stale-after=100ms",
            "spring.cloud.loadbalancer.retry.enabled=false");
  }

  @AfterAll
  static void stop() {
    caller.close();
    SHOP.close();
  }

  @BeforeEach
  void open() {
    first = SHOP.open("checkout", address(), "a");
    second = SHOP.open("checkout", address(), "a");
    watch = caller.synced("checkout");
    await().until(() -> caller.eligible("checkout").size() == 2);
  }

  @AfterEach
  void clear() {
    SHOP.clear("checkout");
    await().until(() -> caller.eligible("checkout").isEmpty());
  }

  /** Never one twice: clients keep connections. */
  private static String address() {
    return "127.0.2." + ++addresses;
  }

  @ParameterizedTest
  @EnumSource
  void callsANewPodAndNotAPodThatIsGone(Kind kind) {
    assertThat(caller.call(kind, 10)).containsOnlyKeys(first.address(), second.address());

    Callee third = SHOP.open("checkout", address(), "a");
    await().until(() -> caller.eligible("checkout").size() == 3);
    assertThat(caller.call(kind, 9))
        .containsOnlyKeys(first.address(), second.address(), third.address());

    first.pod().ready(false);
    second.pod().remove();
    await().until(() -> caller.eligible("checkout").size() == 1);
    int before = first.calls() + second.calls();
    assertThat(caller.call(kind, 9)).containsOnlyKeys(third.address());
    assertThat(first.calls() + second.calls()).isEqualTo(before);
    await().until(() -> caller.inFlight("checkout") == 0);
  }

  @ParameterizedTest
  @EnumSource
  void countsACallUntilItIsAnswered(Kind kind) {
    Sinks.Empty<Void> signal = Sinks.empty();
    first.answersAfter(signal.asMono());
    second.answersAfter(signal.asMono());
    Thread call = new Thread(() -> kind.call(caller));
    call.start();
    await().until(() -> first.open() + second.open() == 1);
    assertThat(caller.inFlight("checkout")).isEqualTo(1);
    signal.tryEmitEmpty().orThrow();
    await().until(() -> !call.isAlive());
    await().until(() -> caller.inFlight("checkout") == 0);
  }

  @ParameterizedTest
  @EnumSource
  void ejectsAPodThatCannotServeButNoneWhoseAnswersAreErrors(Kind kind) {
    first.answers(503);
    second.answers(500);
    await()
        .until(
            () -> {
              callAnyhow(kind);
              return caller.eligible("checkout").equals(List.of(second.address()))
                  && second.calls() > 20;
            });
    assertThat(watch.explain().addresses())
        .filteredOn(address -> address.out() == OutReason.EJECTED)
        .extracting(address -> address.endpoint().address())
        .containsExactly(first.address());
  }

  @ParameterizedTest
  @EnumSource
  void ejectsAPodThatCannotBeReached(Kind kind) {
    first.kill();
    await()
        .until(
            () -> {
              callAnyhow(kind);
              return caller.eligible("checkout").equals(List.of(second.address()));
            });
  }

  @ParameterizedTest
  @EnumSource
  void ejectsAPodThatResetsItsConnections(Kind kind) {
    first.resets();
    await()
        .until(
            () -> {
              callAnyhow(kind);
              return caller.eligible("checkout").equals(List.of(second.address()));
            });
  }

  @ParameterizedTest
  @EnumSource
  void failsWhereNobodyIsReady(Kind kind) {
    first.pod().ready(false);
    second.pod().ready(false);
    await().until(() -> watch.view().eligible().isEmpty());
    assertThatThrownBy(() -> kind.call(caller)).hasMessageMatching("(?s).*(checkout|503).*");
    assertThat(first.calls() + second.calls()).isZero();
  }

  @Test
  void goesOnWithoutTheApiServer() {
    SHOP.api().kill();
    await().until(() -> watch.view().state() == SyncState.STALE);
    try {
      for (Kind kind : Kind.values()) {
        assertThat(caller.call(kind, 20)).containsOnlyKeys(first.address(), second.address());
      }
    } finally {
      SHOP.api().restart();
      await().until(() -> watch.view().state() == SyncState.SYNCED);
    }
  }

  @Test
  void followsAServiceOnceForAllClients() {
    for (Kind kind : Kind.values()) {
      assertThat(kind.call(caller)).startsWith("127.");
    }
    assertThat(SHOP.api().openWatches()).isEqualTo(1);
  }

  private static void callAnyhow(Kind kind) {
    try {
      String unused = kind.call(caller);
    } catch (RuntimeException e) {
      // what the pods do wrong
    }
  }
}
