package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceEvent.Type;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each kind of line and body means. */
class SliceDecoderTest {

  private final SliceDecoder decoder = new SliceDecoder();

  @Test
  void readsAllOfASlice() throws Exception {
    SliceEvent event = decode(WireSamples.ADDED);

    SliceEndpoint endpoint =
        new SliceEndpoint(
            "10.1.2.3",
            Conditions.of(true, true, false),
            null,
            "node-a",
            "eu-1a",
            "checkout-7d9f-abcde",
            0x5a4c000000004000L,
            0x8000000000000001L,
            new Hints(List.of("eu-1a"), List.of("node-a")));
    EndpointSlice slice =
        new EndpointSlice(
            "shop",
            "checkout-x7k2p",
            "checkout",
            "10596",
            AddressType.IPV4,
            Map.of(
                "app",
                "checkout",
                "endpointslice.kubernetes.io/managed-by",
                "endpointslice-controller.k8s.io",
                "kubernetes.io/service-name",
                "checkout"),
            List.of(endpoint),
            List.of(new SlicePort("grpc", "TCP", 8443, "kubernetes.io/h2c")),
            Instant.parse("2026-03-01T10:11:11.5Z"));
    assertThat(event).isEqualTo(SliceEvent.of(Type.ADDED, slice));
  }

  @Test
  void readsChangedConditionsAndMissingFields() throws Exception {
    SliceEvent event = decode(WireSamples.MODIFIED);

    assertThat(event.type()).isEqualTo(Type.MODIFIED);
    assertThat(event.resourceVersion()).isEqualTo("11020");
    assertThat(event.slice().lastChange()).isNull();
    assertThat(event.slice().endpoints())
        .extracting(SliceEndpoint::conditions)
        .containsExactly(Conditions.of(false, true, true), Conditions.of(true, true, false));
    assertThat(event.slice().endpoints().get(0).hints()).isSameAs(Hints.NONE);
    assertThat(event.slice().endpoints().get(0).podUid()).isNull();
    assertThat(event.slice().ports().get(0).appProtocol()).isNull();
  }

  @Test
  void readsThePlaceholderOfAServiceWithoutPods() throws Exception {
    SliceEvent event = decode(WireSamples.PLACEHOLDER);

    assertThat(event.slice().service()).isEqualTo("checkout");
    assertThat(event.slice().endpoints()).isEmpty();
    assertThat(event.slice().ports()).isEmpty();
  }

  @Test
  void takesTheVersionOfADeletionFromTheDeletedObject() throws Exception {
    SliceEvent event = decode(WireSamples.DELETED);

    assertThat(event.type()).isEqualTo(Type.DELETED);
    assertThat(event.resourceVersion()).isEqualTo("12010");
  }

  @Test
  void tellsBookmarksFromTheEndOfInitialEvents() throws Exception {
    assertThat(decode(WireSamples.BOOKMARK)).isEqualTo(SliceEvent.bookmark("12746", false));
    assertThat(decode(WireSamples.INITIAL_EVENTS_END))
        .isEqualTo(SliceEvent.bookmark("13519", true));
  }

  @Test
  void readsErrorEvents() throws Exception {
    assertThat(decode(WireSamples.EXPIRED).status())
        .isEqualTo(
            new ApiStatus(410, "Expired", "too old resource version: 10000 (12000)", null, false));
    ApiStatus tooLarge = decode(WireSamples.TOO_LARGE).status();
    assertThat(tooLarge.code()).isEqualTo(504);
    assertThat(tooLarge.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(tooLarge.resourceVersionTooLarge()).isTrue();
  }

  @Test
  void knowsATooLargeVersionByItsTextAlone() throws Exception {
    SliceEvent event =
        decode(
            "{'type':'ERROR','object':{'kind':'Status','code':504,"
                + "'message':'Timeout: Too large resource version: 9, current: 1'}}");

    assertThat(event.status().resourceVersionTooLarge()).isTrue();
  }

  @Test
  void takesAnErrorWithoutACodeForAServerError() throws Exception {
    assertThat(decode("{'type':'ERROR','object':{}}").status().code()).isEqualTo(500);
    assertThat(decode("{'type':'ERROR','object':null}").status().code()).isEqualTo(500);
  }

  @Test
  void ignoresUnknownTypesAndSaysWhich() throws Exception {
    byte[] line = bytes("{'type':'REFRESHED','object':{}}");

    assertThat(decoder.decodeEvent(line, 0, line.length)).isNull();
    assertThat(decoder.ignoredType()).isEqualTo("REFRESHED");
    decode(WireSamples.BOOKMARK);
    assertThat(decoder.ignoredType()).isNull();
  }

  @Test
  void readsAListItemByItem() throws Exception {
    List<SliceEvent> items = new ArrayList<>();
    InputStream body = stream(WireSamples.list("10245", "bmV4dA"));

    ExchangeEnd end = decoder.decodeList(body, items::add);

    assertThat(end).isEqualTo(ExchangeEnd.listed("10245", "bmV4dA"));
    assertThat(items).containsExactly(decode(WireSamples.ADDED));
  }

  @Test
  void readsTheLastPageOfAList() throws Exception {
    ExchangeEnd end = decoder.decodeList(stream(WireSamples.list("10245", "")), item -> {});

    assertThat(end.continueToken()).isNull();
  }

  @Test
  void readsAListWhoseMetadataComesLast() throws Exception {
    String body =
        "{'items':[{'metadata':{'name':'a','resourceVersion':'7','continue':'no'}}],"
            + "'metadata':{'resourceVersion':'9'}}";

    assertThat(decoder.decodeList(stream(body.replace('\'', '"')), item -> {}))
        .isEqualTo(ExchangeEnd.listed("9", null));
  }

  @Test
  void readsAListWithoutItems() throws Exception {
    String body = "{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":null}";

    assertThat(decoder.decodeList(stream(body), item -> {}).resourceVersion()).isEqualTo("9");
  }

  @Test
  void deliversTheItemsBeforeTheUnreadableOne() {
    String body = WireSamples.list("10245", "");
    List<SliceEvent> items = new ArrayList<>();
    InputStream cut = stream(body.substring(0, body.length() - 2) + ",{\"metadata\":");

    assertThatThrownBy(() -> decoder.decodeList(cut, items::add))
        .isInstanceOf(UndecodableException.class);
    assertThat(items).hasSize(1);
  }

  @Test
  void refusesWhatIsJsonButNoList() {
    assertThatThrownBy(() -> decoder.decodeList(stream("{\"status\":\"ok\"}"), item -> {}))
        .isInstanceOf(UndecodableException.class)
        .hasMessage("list without a resourceVersion");
    assertThatThrownBy(() -> decoder.decodeList(stream("[]"), item -> {}))
        .isInstanceOf(UndecodableException.class);
    assertThatThrownBy(() -> decoder.decodeList(stream(""), item -> {}))
        .isInstanceOf(UndecodableException.class);
  }

  @Test
  void boundsOneItemOfAListAndNotTheList() throws Exception {
    String item =
        "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"7\",\"managedFields\":\"%s\"}}"
            .formatted("x".repeat(9 << 20));
    InputStream twoItems = list(List.of(item, item));

    assertThat(decoder.decodeList(twoItems, event -> {}).resourceVersion()).isEqualTo("1");

    String large = item.replace("managedFields\":\"", "managedFields\":\"" + "x".repeat(9 << 20));
    assertThatThrownBy(() -> decoder.decodeList(list(List.of(large)), event -> {}))
        .isInstanceOf(UndecodableException.class);
  }

  @Test
  void readsAStatusBodyUnderTheCodeOfItsResponse() {
    byte[] body = bytes("{'kind':'Status','code':500,'reason':'Forbidden','message':'no'}");

    assertThat(decoder.decodeStatus(body, 0, body.length, 403))
        .isEqualTo(new ApiStatus(403, "Forbidden", "no", null, false));
  }

  @Test
  void takesOtherBodiesForNoStatus() {
    for (String text : List.of("", "Too many requests", "{}", "{'kind':'Pod'}", "{'kind'")) {
      byte[] body = bytes(text);
      assertThat(decoder.decodeStatus(body, 0, body.length, 500)).as(text).isNull();
    }
  }

  @Test
  void cutsLongMessages() throws Exception {
    SliceEvent event = decode("{'type':'ERROR','object':{'message':'" + "m".repeat(10_000) + "'}}");

    assertThat(event.status().message()).hasSize(501).endsWith("…");
  }

  @Test
  void handsOutTheSameInstancesAgain() throws Exception {
    EndpointSlice first = decode(WireSamples.ADDED).slice();
    EndpointSlice second = decode(WireSamples.ADDED).slice();

    assertThat(second.labels()).isSameAs(first.labels());
    assertThat(second.ports()).isSameAs(first.ports());
    assertThat(second.endpoints().get(0)).isSameAs(first.endpoints().get(0));
  }

  private static InputStream list(List<String> items) {
    String body = "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[";
    List<InputStream> parts = List.of(stream(body), stream(String.join(",", items)), stream("]}"));
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private SliceEvent decode(String line) throws UndecodableException {
    byte[] bytes = bytes(line);
    return decoder.decodeEvent(bytes, 0, bytes.length);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }
}
