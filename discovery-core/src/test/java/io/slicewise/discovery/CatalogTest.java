package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.SETTLE_WINDOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.SliceRequest.Content;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Services a namespace has, from the metadata of its slices. */
class CatalogTest {

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
  void asksForTheMetadataOfAllSlicesOfItsNamespace() {
    ServiceCatalog catalog = open();

    assertThat(catalog.namespace()).isEqualTo("shop");
    assertThat(harness.requests()).isEqualTo(1);
    assertThat(harness.last().request.namespace()).isEqualTo("shop");
    assertThat(harness.last().request.services()).isEmpty();
    assertThat(harness.last().request.content()).isEqualTo(Content.METADATA);
    harness.assertLast(Kind.WATCH_LIST, "");
  }

  @Test
  void listsTheServicesOnceTheListIsComplete() {
    ServiceCatalog catalog = open();
    CompletableFuture<SortedSet<String>> synced = catalog.whenSynced();
    catalog.subscribe(names -> heard.add(List.copyOf(names)));
    harness
        .last()
        .open()
        .added(slice("web", "w1", 5), slice("api", "a1", 6), slice("api", "a2", 7));
    harness.settle();
    assertThat(catalog.state()).isEqualTo(SyncState.PENDING);
    assertThat(catalog.services()).isEmpty();
    assertThat(synced).isNotDone();
    assertThat(heard).isEmpty();

    harness.last().initialEventsEnd("10");
    harness.settle();

    assertThat(catalog.state()).isEqualTo(SyncState.SYNCED);
    assertThat(catalog.problem()).isNull();
    assertThat(catalog.services()).containsExactly("api", "web");
    assertThat(synced).isCompletedWithValueMatching(names -> names.equals(Set.of("api", "web")));
    assertThat(heard).containsExactly(List.of("api", "web"));
    assertThatThrownBy(() -> catalog.services().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aNamespaceWithoutServicesIsKnownToBeEmpty() {
    ServiceCatalog catalog = synced();

    assertThat(catalog.services()).isEmpty();
    assertThat(catalog.whenSynced()).isCompletedWithValue(catalog.services());
    assertThat(heard).containsExactly(List.of());
  }

  @Test
  void aServiceComesWithItsFirstSliceAndGoesWithItsLast() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));
    SortedSet<String> before = catalog.services();

    harness.last().added(slice("web", "w1", 11), slice("web", "w2", 12));
    harness.window();
    assertThat(catalog.services()).containsExactly("api", "web");
    harness.last().deleted(slice("web", "w1", 13));
    harness.window();
    assertThat(catalog.services()).containsExactly("api", "web");
    harness.last().deleted(slice("web", "w2", 14));
    harness.window();

    assertThat(catalog.services()).containsExactly("api");
    assertThat(before).containsExactly("api");
    assertThat(heard).containsExactly(List.of("api"), List.of("api", "web"), List.of("api"));
  }

  @Test
  void saysNothingWhenSlicesChangeAndServicesDoNot() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));
    SortedSet<String> before = catalog.services();

    harness.last().modified(slice("api", "a1", 11)).added(slice("api", "a2", 12));
    harness.last().deleted(slice("api", "a1", 13)).deleted(slice("none", "n1", 14));
    harness.advance(Duration.ofSeconds(1));

    assertThat(heard).hasSize(1);
    assertThat(catalog.services()).isSameAs(before);
  }

  @Test
  void aServiceWhoseSliceIsMadeAnewDoesNotFlicker() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));

    harness.last().deleted(slice("api", "a1", 11));
    harness.settle().advance(SETTLE_WINDOW.minusMillis(1));
    harness.last().added(slice("api", "a2", 12));
    harness.advance(Duration.ofSeconds(1));

    assertThat(heard).hasSize(1);
    harness.last().deleted(slice("api", "a2", 13));
    harness.window();
    assertThat(catalog.services()).isEmpty();
  }

  @Test
  void waitsNoLongerThanHalfASecondHoweverMuchChanges() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));
    for (int i = 0; i < 25; i++) {
      harness.last().added(slice("s" + i, "s" + i, 11 + i));
      harness.settle().advance(Duration.ofMillis(20));
    }

    assertThat(catalog.services()).hasSizeGreaterThan(20);
    assertThat(heard).hasSize(2);
  }

  @Test
  void aSliceThatIsRelabelledMovesToTheOtherService() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5));

    harness.last().modified(slice("web", "a1", 11));
    harness.window();

    assertThat(catalog.services()).containsExactly("web");
    harness.last().modified(slice("", "a1", 12));
    harness.window();
    assertThat(catalog.services()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "No.Service", "a.b", "UPPER"})
  void ignoresSlicesOfNoService(String label) {
    ServiceCatalog catalog = synced(slice("api", "a1", 5), slice(label, "x1", 6));

    harness.last().added(slice(label, "x2", 11)).deleted(slice(label, "x1", 12));
    harness.window();

    assertThat(catalog.services()).containsExactly("api");
    assertThat(heard).hasSize(1);
  }

  @Test
  void losingTheServerKeepsTheNamesAndIsSaid() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5), slice("web", "w1", 6));

    harness.last().broken();
    harness.awaitRequest();
    harness.last().unreachable();
    harness.settle();

    assertThat(catalog.state()).isEqualTo(SyncState.STALE);
    assertThat(catalog.problem()).isEqualTo("connect timed out");
    assertThat(catalog.services()).containsExactly("api", "web");
    harness.awaitRequest();
    harness.assertLast(Kind.WATCH, "10");
    harness.last().open();
    harness.settle();
    assertThat(catalog.state()).isEqualTo(SyncState.SYNCED);
    assertThat(catalog.problem()).isNull();
    assertThat(heard).hasSize(1);
  }

  @Test
  void aNewListReplacesTheOldOneWhenItIsComplete() {
    ServiceCatalog catalog = synced(slice("api", "a1", 5), slice("web", "w1", 6));

    harness.last().error(410, "Expired");
    harness.settle();
    harness.assertLast(Kind.WATCH_LIST, "10");
    harness.last().open().added(slice("web", "w1", 6), slice("db", "d1", 20));
    harness.advance(Duration.ofSeconds(1));
    assertThat(catalog.services()).containsExactly("api", "web");
    harness.last().initialEventsEnd("30");
    harness.window();

    assertThat(catalog.services()).containsExactly("db", "web");
    harness.last().deleted(slice("web", "w1", 31));
    harness.window();
    assertThat(heard).containsExactly(List.of("api", "web"), List.of("db", "web"), List.of("db"));
  }

  @Test
  void aServerWithoutWatchListsIsListedInPages() {
    ServiceCatalog catalog = open();
    harness.last().refused(422, "Invalid");
    harness.settle();
    harness.assertLast(Kind.LIST, "");
    assertThat(harness.last().request.content()).isEqualTo(Content.METADATA);
    harness.last().open().added(slice("api", "a1", 5)).page("10", "more");
    harness.settle();
    assertThat(catalog.services()).isEmpty();
    harness.last().open().added(slice("web", "w1", 6)).listed("10");
    harness.settle();

    assertThat(catalog.services()).containsExactly("api", "web");
    harness.assertLast(Kind.WATCH, "10");
    assertThat(harness.last().request.content()).isEqualTo(Content.METADATA);
    assertThat(harness.last().request.services()).isEmpty();
  }

  @Test
  void whatIsForbiddenNamesTheRole() {
    ServiceCatalog catalog = open();
    harness
        .last()
        .refused(
            new ApiStatus(
                403, "Forbidden", "endpointslices is forbidden: cannot list", null, false));
    harness.settle();

    assertThat(catalog.state()).isEqualTo(SyncState.PENDING);
    assertThat(catalog.problem())
        .startsWith("forbidden (403) to list endpointslices.discovery.k8s.io in namespace shop")
        .contains("kind: Role", "[\"list\", \"watch\"]");
    assertThat(catalog.whenSynced()).isNotDone();
  }

  @Test
  void saysThatNoListHasArrivedYet() {
    assertThat(open().problem()).isEqualTo("no list has arrived yet");
  }
}
