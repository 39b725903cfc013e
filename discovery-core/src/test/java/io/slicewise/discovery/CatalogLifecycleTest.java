package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How catalogues share streams, linger and end, and who hears of them. */
class CatalogLifecycleTest {

  private static final Duration LINGER = Duration.ofSeconds(30);

  private final Harness harness = new Harness();
  private final List<List<String>> heard = new ArrayList<>();

  @AfterEach
  void close() {
    harness.close();
  }

  private static EndpointSlice slice(String service, String name, int version) {
    return Slices.slice(service, name, version, List.of());
  }

  private ServiceCatalog open() {
    ServiceCatalog catalog = harness.discovery.catalog("shop");
    harness.settle();
    return catalog;
  }

  /** A catalogue that has synced at version 10 with a listener that has heard the names. */
  private ServiceCatalog synced(EndpointSlice... slices) {
    ServiceCatalog catalog = open();
    catalog.subscribe(names -> heard.add(List.copyOf(names)));
    harness.last().open().added(slices).initialEventsEnd("10");
    harness.settle();
    assertThat(catalog.state()).isEqualTo(SyncState.SYNCED);
    return catalog;
  }

  @Test
  void cataloguesOfOneNamespaceShareTheirStream() {
    ServiceCatalog first = synced(slice("api", "a1", 5));
    ServiceCatalog second = harness.discovery.catalog("shop");
    assertThat(second.services()).containsExactly("api");
    assertThat(second.whenSynced()).isDone();
    harness.settle();
    assertThat(harness.requests()).isEqualTo(1);

    first.close();
    harness.last().added(slice("web", "w1", 11));
    harness.window();

    assertThat(second.services()).containsExactly("api", "web");
    assertThat(first.services()).containsExactly("api");
    assertThat(heard).hasSize(1);
    harness.advance(LINGER.multipliedBy(2));
    assertThat(harness.source.running()).hasSize(1);
  }

  @Test
  void everyNamespaceHasItsOwn() {
    ServiceCatalog shop = synced(slice("api", "a1", 5));
    ServiceCatalog depot = harness.discovery.catalog("depot");
    harness.settle();

    assertThat(harness.last().request.namespace()).isEqualTo("depot");
    harness.last().open().added(slice("stock", "s1", 5)).initialEventsEnd("10");
    harness.settle();
    assertThat(depot.services()).containsExactly("stock");
    assertThat(shop.services()).containsExactly("api");
  }

  @Test
  void doesNotDisturbTheWatchesOfItsNamespace() {
    ServiceWatch watch = harness.synced();
    ScriptedSource.Call stream = harness.last();
    ServiceCatalog catalog = synced(slice("api", "a1", 5));

    assertThat(harness.source.running()).hasSize(2);
    stream.modified(Slices.slice("a", 11, ready("10.0.0.2")));
    harness.window();
    assertThat(Harness.addresses(watch.view())).containsExactly("10.0.0.2");
    assertThat(catalog.services()).containsExactly("api");
    harness.advance(Duration.ofMinutes(1)); // streams of Services would have been merged
    assertThat(harness.source.running()).hasSize(2);
  }

  @Test
  void lingersAfterTheLastWasClosedAndIsSharedByWhoComesBack() {
    ServiceCatalog first = synced(slice("api", "a1", 5));
    first.close();
    harness.advance(LINGER.minusSeconds(1));
    ServiceCatalog second = open();
    assertThat(second.services()).containsExactly("api");
    harness.advance(LINGER);
    assertThat(harness.requests()).isEqualTo(1);
    assertThat(harness.source.running()).hasSize(1);

    second.close();
    harness.advance(LINGER.minusMillis(1));
    assertThat(harness.source.running()).hasSize(1);
    harness.advance(Duration.ofMillis(1));
    assertThat(harness.source.running()).isEmpty();
    ServiceCatalog third = open();

    assertThat(third.state()).isEqualTo(SyncState.PENDING);
    assertThat(third.services()).isEmpty();
    harness.assertLast(Kind.WATCH_LIST, "");
  }

  @Test
  void oneThatWasClosedKeepsItsNamesAndHearsNothingMore() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));
    catalog.close();
    catalog.close();
    harness.last().added(slice("web", "w1", 11));
    harness.window();

    assertThat(catalog.state()).isEqualTo(SyncState.CLOSED);
    assertThat(catalog.problem()).isEqualTo("discovery was closed");
    assertThat(catalog.services()).containsExactly("api");
    catalog.subscribe(names -> heard.add(List.of("late")));
    harness.settle();
    assertThat(heard).hasSize(1);
  }

  @Test
  void whoeverWaitsHearsThatItWasClosed() {
    ServiceCatalog catalog = open();
    CompletableFuture<SortedSet<String>> synced = catalog.whenSynced();
    catalog.close();

    assertThat(synced)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("the catalogue of namespace shop was closed");
  }

  @Test
  void closingDiscoveryClosesCataloguesAndEndsTheirStreams() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));

    harness.close();

    assertThat(catalog.state()).isEqualTo(SyncState.CLOSED);
    assertThat(harness.source.running()).isEmpty();
    assertThatThrownBy(() -> harness.discovery.catalog("shop"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("discovery is closed");
  }

  @Test
  void oneThatIsClosedAtOnceAsksForNothing() {
    harness.discovery.catalog("shop").close();
    harness.settle();

    assertThat(harness.requests()).isZero();
  }

  @Test
  void theFirstRequestWaitsAtMostForTheConnectJitter() {
    try (Harness jittered = new Harness(builder -> builder.connectJitter(Duration.ofSeconds(1)))) {
      jittered.discovery.catalog("shop");
      jittered.settle();
      assertThat(jittered.requests()).isZero();

      jittered.advance(Duration.ofSeconds(1));

      assertThat(jittered.requests()).isEqualTo(1);
    }
  }

  @Test
  void aListenerThatHasLeftHearsNothing() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));
    List<SortedSet<String>> other = new ArrayList<>();
    ServiceWatch.Subscription subscription = catalog.subscribe(other::add);
    harness.settle();
    harness.last().added(slice("web", "w1", 11));
    harness.window();
    subscription.close();
    subscription.close();
    harness.last().added(slice("db", "d1", 12));
    harness.window();

    assertThat(other).hasSize(2);
    assertThat(heard).hasSize(3);
  }

  @Test
  void aListenerMayCloseTheCatalogue() {
    ServiceCatalog catalog = open();
    catalog.subscribe(
        names -> {
          heard.add(List.copyOf(names));
          catalog.close();
        });
    harness.last().open().added(slice("api", "a1", 5)).initialEventsEnd("10");
    harness.settle();

    assertThat(heard).containsExactly(List.of("api"));
    assertThat(catalog.state()).isEqualTo(SyncState.CLOSED);
  }

  @Test
  void theObserverHearsOfItsStream() {
    List<String> told = new ArrayList<>();
    DiscoveryObserver observer =
        new DiscoveryObserver() {
          @Override
          public void onStreamOpened(String namespace, SortedSet<String> services) {
            told.add("opened " + namespace + services);
          }

          @Override
          public void onRelisted(String namespace, String reason) {
            told.add("listed " + namespace + ", " + reason);
          }
        };
    try (Harness observed = new Harness(builder -> builder.observer(observer))) {
      observed.discovery.catalog("shop");
      observed.settle();
      observed.last().open().initialEventsEnd("10");
      observed.settle();
    }

    assertThat(told).containsExactly("opened shop[]", "listed shop, start");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "Shop", "kube/system"})
  void refusesWhatIsNoNamespace(String namespace) {
    assertThatThrownBy(() -> harness.discovery.catalog(namespace))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("namespace: '" + namespace + "' (expected: 1 to 63 of a-z, 0-9 and - inside)");
  }
}
