package io.slicewise.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceRequest.Content;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which parameters each kind of request carries (client-go's reflector and pager). */
class ApiGetTest {

  private static final String SELECTOR = "labelSelector=kubernetes.io/service-name";

  @Test
  void listsTheNewestInPages() {
    assertThat(query(request(Kind.LIST, "", 500, null, "checkout")))
        .containsExactlyInAnyOrder("limit=500", SELECTOR + "=checkout");
  }

  @Test
  void listsNothingOlderThanAVersion() {
    assertThat(query(request(Kind.LIST, "17", 0, null, "checkout")))
        .containsExactlyInAnyOrder(
            "resourceVersion=17", "resourceVersionMatch=NotOlderThan", SELECTOR + "=checkout");
  }

  @Test
  void leavesTheVersionToTheContinueToken() {
    assertThat(query(request(Kind.LIST, "17", 500, "abc", "checkout")))
        .containsExactlyInAnyOrder("limit=500", "continue=abc", SELECTOR + "=checkout");
  }

  @Test
  void watchesFromAVersionWithBookmarks() {
    assertThat(query(request(Kind.WATCH, "17", 0, null, "cart", "checkout")))
        .containsExactlyInAnyOrder(
            "watch=true",
            "allowWatchBookmarks=true",
            "resourceVersion=17",
            "timeoutSeconds=330",
            SELECTOR + " in (cart,checkout)");
  }

  @Test
  void asksAWatchListForInitialEvents() {
    assertThat(query(request(Kind.WATCH_LIST, "", 0, null, "checkout")))
        .containsExactlyInAnyOrder(
            "watch=true",
            "sendInitialEvents=true",
            "resourceVersionMatch=NotOlderThan",
            "allowWatchBookmarks=true",
            "resourceVersion=",
            "timeoutSeconds=330",
            SELECTOR + "=checkout");
  }

  @Test
  void selectsNothingWhenAllServicesAreWanted() {
    assertThat(query(request(Kind.LIST, "", 0, null))).isEmpty();
  }

  @Test
  void asksForWholeSlicesAsPlainJson() {
    for (Kind kind : Kind.values()) {
      assertThat(ApiGet.slices(request(kind, "", 0, null)).accept()).isEqualTo("application/json");
    }
    assertThat(ApiGet.service("shop", "web").accept()).isEqualTo("application/json");
    assertThat(ApiGet.node("a").accept()).isEqualTo("application/json");
  }

  @Test
  void asksForMetadataAndTakesPlainJsonToo() {
    String one = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
    String many =
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    assertThat(ApiGet.slices(Requests.metadata(Kind.LIST)).accept()).isEqualTo(many);
    assertThat(ApiGet.slices(Requests.metadata(Kind.WATCH)).accept()).isEqualTo(one);
    assertThat(ApiGet.slices(Requests.metadata(Kind.WATCH_LIST)).accept()).isEqualTo(one);
    ApiGet plain = ApiGet.slices(Requests.metadata(Kind.WATCH)).plain();
    assertThat(plain.accept()).isEqualTo("application/json");
    assertThat(plain.stream()).isTrue();
  }

  private static List<String> query(SliceRequest request) {
    return ApiGet.slices(request).query().stream()
        .map(pair -> pair.getName() + "=" + pair.getValue())
        .toList();
  }

  private static SliceRequest request(
      Kind kind, String version, int limit, String continueToken, String... services) {
    return new SliceRequest(
        kind,
        "shop",
        new TreeSet<>(List.of(services)),
        Content.SLICES,
        version,
        limit,
        continueToken,
        Duration.ofSeconds(330));
  }
}
