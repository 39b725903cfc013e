package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceEvent.Type;
import io.slicewise.discovery.source.SliceRequest.Content;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What a decoder makes of PartialObjectMetadata, where it is asked for and where it is not. */
class MetadataDecoderTest {

  private static final String HEAD =
      "{'kind':'PartialObjectMetadata','apiVersion':'meta.k8s.io/v1','metadata':";

  private final SliceDecoder decoder = new SliceDecoder(Content.METADATA);

  private SliceEvent decode(String line) throws UndecodableException {
    return decode(decoder, line);
  }

  private static SliceEvent decode(SliceDecoder decoder, String line) throws UndecodableException {
    byte[] bytes = line.replace('\'', '"').getBytes(UTF_8);
    return requireNonNull(decoder.decodeEvent(bytes, 0, bytes.length));
  }

  private static String event(String type, String metadata) {
    return "{'type':'" + type + "','object':" + HEAD + metadata + "}}";
  }

  @Test
  void readsNameVersionAndLabels() throws Exception {
    String metadata =
        "{'name':'web-x','namespace':'shop','resourceVersion':'17','labels':{'app':'w',"
            + "'kubernetes.io/service-name':'web'},'managedFields':[{'fieldsV1':{'f:ports':{}}}]}";

    for (Type type : List.of(Type.ADDED, Type.MODIFIED, Type.DELETED)) {
      SliceEvent event = decode(event(type.name(), metadata));

      assertThat(event.type()).isEqualTo(type);
      assertThat(event.resourceVersion()).isEqualTo("17");
      EndpointSlice slice = event.slice();
      assertThat(slice.name()).isEqualTo("web-x");
      assertThat(slice.namespace()).isEqualTo("shop");
      assertThat(slice.service()).isEqualTo("web");
      assertThat(slice.labels()).containsEntry("app", "w");
      assertThat(slice.addressType()).isEqualTo(AddressType.UNKNOWN);
      assertThat(slice.endpoints()).isEmpty();
      assertThat(slice.ports()).isEmpty();
    }
  }

  @Test
  void tellsBookmarksFromTheEndOfInitialEvents() throws Exception {
    String end = "{'resourceVersion':'19','annotations':{'k8s.io/initial-events-end':'true'}}";

    assertThat(decode(event("BOOKMARK", "{'resourceVersion':'18'}")))
        .isEqualTo(SliceEvent.bookmark("18", false));
    assertThat(decode(event("BOOKMARK", end))).isEqualTo(SliceEvent.bookmark("19", true));
  }

  @Test
  void readsErrorsAsAlways() throws Exception {
    assertThat(decode(WireSamples.EXPIRED).status().isExpired()).isTrue();
    assertThat(decode(WireSamples.TOO_LARGE).status().resourceVersionTooLarge()).isTrue();
  }

  @Test
  void ofWholeSlicesItReadsNoMore() throws Exception {
    EndpointSlice slice = decode(WireSamples.ADDED).slice();

    assertThat(slice.service()).isEqualTo("checkout");
    assertThat(slice.endpoints()).isEmpty();
    assertThat(slice.ports()).isEmpty();
    assertThat(decode(WireSamples.PLACEHOLDER).slice().service()).isEqualTo("checkout");
    assertThat(decode(WireSamples.INITIAL_EVENTS_END).initialEventsEnd()).isTrue();
    List<SliceEvent> items = new ArrayList<>();
    ExchangeEnd listed =
        decoder.decodeList(
            new ByteArrayInputStream(WireSamples.list("10245", "more").getBytes(UTF_8)),
            items::add);
    assertThat(listed).isEqualTo(ExchangeEnd.listed("10245", "more"));
    assertThat(items).containsExactly(SliceEvent.of(Type.ADDED, slice));
  }

  @Test
  void otherKindsAreRefused() {
    String pod = "{'type':'ADDED','object':{'kind':'Pod','metadata':{}}}";

    assertThatThrownBy(() -> decode(pod))
        .isInstanceOf(UndecodableException.class)
        .hasMessage("object of kind Pod (expected: PartialObjectMetadata)");
  }

  @Test
  void whoWantsWholeSlicesTakesNoMetadataForThem() {
    String added = event("ADDED", "{'name':'web-x','resourceVersion':'17'}");

    // As a slice without endpoints, it would empty the view.
    assertThatThrownBy(() -> decode(new SliceDecoder(), added))
        .isInstanceOf(UndecodableException.class)
        .hasMessage("object of kind PartialObjectMetadata (expected: EndpointSlice)");
  }

  @Test
  void readsTheListThatARealServerSent() throws Exception {
    List<SliceEvent> items = new ArrayList<>();

    ExchangeEnd end =
        decoder.decodeList(
            new ByteArrayInputStream(recorded("metadata-only").getBytes(UTF_8)), items::add);

    assertThat(end).isEqualTo(ExchangeEnd.listed("1031", null));
    assertThat(items)
        .extracting(item -> item.slice().name() + " of " + item.slice().service())
        .containsExactly("a-psq74 of a", "p0-kcxgx of p0", "p1-5gcpf of p1", "p2-dgk7l of p2");
    assertThat(items).extracting(SliceEvent::resourceVersion).contains("1001", "1011", "1021");
  }

  private String recorded(String exchange) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    try (InputStream in =
            requireNonNull(getClass().getResourceAsStream("/traces/errors.jsonl.gz"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(new GZIPInputStream(in), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode entry = mapper.readTree(line);
        if (entry.path("stream").asText().equals(exchange) && entry.has("body")) {
          return entry.get("body").asText();
        }
      }
    }
    throw new AssertionError("no body of " + exchange);
  }
}
