package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.FallbackAuthority;
import io.slicewise.discovery.model.SyncState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls to a DNS name while nothing is known of a Service. */
class FallbackTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final WatchOptions OPTIONS =
      WatchOptions.DEFAULTS.withFallback(FallbackAuthority.parse("checkout.shop.svc:80"));

  private final List<String> asked = new ArrayList<>();
  private List<InetAddress> known = List.of();
  private CompletableFuture<List<InetAddress>> late;
  private boolean busy;
  private final Harness harness =
      new Harness(builder -> builder.names(this::find).maxStale(Duration.ofHours(1)));

  @AfterEach
  void close() {
    harness.close();
  }

  private CompletableFuture<List<InetAddress>> find(String host) {
    asked.add(host);
    if (busy) {
      throw new RejectedExecutionException("busy");
    }
    if (late != null) {
      return late;
    }
    return known.isEmpty()
        ? CompletableFuture.failedFuture(new UnknownHostException(host))
        : CompletableFuture.completedFuture(known);
  }

  private static InetAddress ip(int... bytes) throws UnknownHostException {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return InetAddress.getByAddress(raw);
  }

  private static List<String> places(ServiceWatch watch) {
    return watch.view().eligible().stream().map(Endpoint::authority).sorted().toList();
  }

  @Test
  void isUsedOnceNothingHasBeenKnownForTwoSeconds() throws Exception {
    known = List.of(ip(10, 96, 0, 7));
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    harness.last().notListening();
    harness.advance(SECOND);
    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
    assertThat(watch.whenSynced()).isNotDone();

    harness.advance(SECOND);

    assertThat(watch.view().state()).isEqualTo(SyncState.FALLBACK);
    assertThat(asked).containsExactly("checkout.shop.svc");
    assertThat(watch.pick().authority()).isEqualTo("10.96.0.7:80");
    assertThat(watch.view().problem())
        .isEqualTo("calls go to checkout.shop.svc:80 meanwhile; connection refused");
    assertThat(watch.whenSynced()).isDone();
    assertThat(watch.explain().addresses()).hasSize(1);
  }

  @Test
  void givesWayToTheFirstList() throws Exception {
    known = List.of(ip(10, 96, 0, 7));
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    List<List<String>> heard = new ArrayList<>();
    watch.subscribe(view -> heard.add(view.state() == SyncState.PENDING ? null : addresses(view)));
    harness.advance(Duration.ofSeconds(3));

    harness.last().open().added(slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    harness.last().initialEventsEnd("10");
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(watch.view().routing().starting()).isZero(); // a first list is nobody's rollout
    assertThat(heard).containsExactly(null, List.of("10.96.0.7"), List.of("10.0.0.1", "10.0.0.2"));
    int questions = asked.size();
    harness.advance(Duration.ofMinutes(2));
    assertThat(asked).hasSize(questions);
  }

  @Test
  void isNotAskedForWhereTheListComesInTime() {
    harness.synced("checkout:grpc", OPTIONS, "10", slice("a", 5, ready("10.0.0.1")));

    harness.advance(Duration.ofMinutes(2));

    assertThat(asked).isEmpty();
  }

  @Test
  void keepsTheAddressesOfANameThatCannotBeResolvedAnyMore() throws Exception {
    known = List.of(ip(10, 0, 0, 1), ip(10, 0, 0, 2));
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    harness.advance(Duration.ofSeconds(3));
    Endpoint stays = watch.view().endpoints().get(1);
    known = List.of();
    harness.advance(Duration.ofSeconds(5));
    assertThat(places(watch)).containsExactly("10.0.0.1:80", "10.0.0.2:80");

    known = List.of(ip(10, 0, 0, 2), ip(10, 0, 0, 3));
    harness.advance(Duration.ofSeconds(5));

    assertThat(places(watch)).containsExactly("10.0.0.2:80", "10.0.0.3:80");
    assertThat(watch.view().endpoints().stream().filter(stays::equals).findFirst().orElseThrow())
        .extracting(Endpoint::load)
        .isSameAs(stays.load());
  }

  @Test
  void saysWhyThereIsNoneEither() {
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    harness.last().notListening();

    harness.advance(Duration.ofSeconds(3));

    assertThatThrownBy(watch::pick)
        .isInstanceOf(NoEndpointException.class)
        .hasMessageContaining("fallback checkout.shop.svc:80: UnknownHostException")
        .hasMessageContaining("connection refused");
  }

  @Test
  void isUsedByTheWatchThatAskedForItAlone() throws Exception {
    known = List.of(ip(10, 96, 0, 7));
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    ServiceWatch without = harness.watch("checkout:grpc");

    harness.advance(Duration.ofSeconds(3));

    assertThat(watch.view().state()).isEqualTo(SyncState.FALLBACK);
    assertThat(without.view().state()).isEqualTo(SyncState.PENDING);
  }

  @Test
  void isUsedAgainWhenTheViewHasBecomeTooOld() throws Exception {
    known = List.of(ip(10, 96, 0, 7));
    ServiceWatch watch =
        harness.synced("checkout:grpc", OPTIONS, "10", slice("a", 5, ready("10.0.0.1")));
    harness.last().broken();
    harness.advance(Duration.ofMinutes(59));
    assertThat(places(watch)).containsExactly("10.0.0.1:8080");

    harness.advance(Duration.ofMinutes(2));

    assertThat(watch.view().state()).isEqualTo(SyncState.FALLBACK);
    assertThat(places(watch)).containsExactly("10.96.0.7:80");
    harness.awaitRequest();
    harness.last().open().bookmark("11");
    harness.settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(places(watch)).containsExactly("10.0.0.1:8080");
  }

  @Test
  void takesIpv6WhereThereIsNothingElse() throws Exception {
    known = List.of(ip(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7));
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);

    harness.advance(Duration.ofSeconds(3));

    assertThat(watch.pick().authority()).isEqualTo("[fd00::7]:80");
  }

  @Test
  void standsInForOnePodOfAStatefulSet() throws Exception {
    known = List.of(ip(10, 0, 0, 9));
    ServiceWatch watch = harness.watch("db-0.db.shop:pg", OPTIONS);

    harness.advance(Duration.ofSeconds(3));

    assertThat(watch.pick().authority()).isEqualTo("10.0.0.9:80");
  }

  @Test
  void endsWithItsWatch() throws Exception {
    known = List.of(ip(10, 96, 0, 7));
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    harness.advance(SECOND);
    watch.close();

    harness.advance(Duration.ofSeconds(20));

    assertThat(asked).isEmpty();
    assertThat(watch.view().state()).isEqualTo(SyncState.CLOSED);
  }

  @Test
  void isNotBegunAgainByACallThatEndsAfterItsWatch() throws Exception {
    known = List.of(ip(10, 96, 0, 7));
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    harness.advance(Duration.ofSeconds(3));
    Lease call = watch.acquire();
    watch.close();
    harness.settle();
    int questions = asked.size();

    call.end(Outcome.FAILURE);
    harness.advance(Duration.ofMinutes(2));

    assertThat(asked).hasSize(questions);
  }

  @Test
  void takesAnAnswerThatIsLongInComingAndAsksNobodyMeanwhile() throws Exception {
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    late = new CompletableFuture<>();
    harness.advance(Duration.ofSeconds(30));
    assertThat(asked).hasSize(1);

    late.complete(List.of(ip(10, 96, 0, 7)));
    harness.settle();

    assertThat(places(watch)).containsExactly("10.96.0.7:80");
    harness.advance(Duration.ofSeconds(5));
    assertThat(asked).hasSize(2);
  }

  @Test
  void outlivesALookupThatThrows() throws Exception {
    known = List.of(ip(10, 96, 0, 7));
    busy = true;
    ServiceWatch watch = harness.watch("checkout:grpc", OPTIONS);
    harness.advance(Duration.ofSeconds(3));
    assertThat(watch.view().problem()).contains("RejectedExecutionException busy");

    busy = false;
    harness.advance(Duration.ofSeconds(5));

    assertThat(places(watch)).containsExactly("10.96.0.7:80");
  }
}
