package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.source.SliceEvent;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real Kubernetes 1.36 API server sent decodes, all of it. */
class TraceReplayTest {

  private final SliceDecoder decoder = new SliceDecoder();
  private final List<SliceEvent> events = new ArrayList<>();
  private int items;
  private int statuses;

  @ParameterizedTest
  @CsvSource({
    // trace, slice events, bookmarks, error events, list items, status bodies, endpoints
    "errors, 0, 0, 1, 3, 6, 8",
    "hints, 33, 4, 0, 0, 0, 271",
    "lifecycle, 35, 2, 0, 1, 0, 296",
    "restart, 2, 2, 1, 2, 1, 24",
    "rolling, 303, 3, 0, 0, 0, 27428",
    "shapes, 29, 3, 0, 0, 0, 41",
    "watchlist, 13, 3, 0, 0, 0, 1067"
  })
  void decodes(
      String trace,
      int changes,
      int bookmarks,
      int errors,
      int listItems,
      int statusBodies,
      int endpoints)
      throws IOException {
    replay(trace);

    assertThat(events.stream().filter(event -> event.slice() != null)).hasSize(changes + listItems);
    assertThat(count(SliceEvent.Type.BOOKMARK)).isEqualTo(bookmarks);
    assertThat(count(SliceEvent.Type.ERROR)).isEqualTo(errors);
    assertThat(items).isEqualTo(listItems);
    assertThat(statuses).isEqualTo(statusBodies);
    assertThat(
            events.stream()
                .filter(event -> event.slice() != null)
                .mapToInt(event -> event.slice().endpoints().size())
                .sum())
        .isEqualTo(endpoints);
  }

  private long count(SliceEvent.Type type) {
    return events.stream().filter(event -> event.type() == type).count();
  }

  private void replay(String trace) throws IOException {
    String resource = "/traces/" + trace + ".jsonl.gz";
    ObjectMapper mapper = new ObjectMapper();
    try (InputStream in = requireNonNull(getClass().getResourceAsStream(resource));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(new GZIPInputStream(in), UTF_8))) {
      lines.lines().forEach(line -> replay(mapper, line));
    }
  }

  private void replay(ObjectMapper mapper, String line) {
    try {
      JsonNode entry = mapper.readTree(line);
      if (entry.has("line")) {
        byte[] bytes = entry.get("line").asText().getBytes(UTF_8);
        events.add(requireNonNull(decoder.decodeEvent(bytes, 0, bytes.length)));
      } else if (entry.has("body")) {
        replayBody(entry.get("body").asText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  private void replayBody(String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    if (text.startsWith("{\"kind\":\"EndpointSliceList\"")) {
      decoder.decodeList(
          new ByteArrayInputStream(body),
          item -> {
            items++;
            events.add(item);
          });
    } else if (decoder.decodeStatus(body, 0, body.length, 418) != null) {
      statuses++;
    }
  }
}
