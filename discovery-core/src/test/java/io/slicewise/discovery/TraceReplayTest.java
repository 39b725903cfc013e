package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slicewise.discovery.kubernetes.SliceDecoder;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real Kubernetes 1.36 API server sent ends in what it listed at the end. */
class TraceReplayTest {

  /** A port as a target names it: one row of a truth counts for each of its ports. */
  private record Port(String service, String name, String protocol) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SliceDecoder decoder = new SliceDecoder();
  private final Harness harness = new Harness(builder -> builder.wholeNamespace(true));
  private double now;

  @AfterEach
  void close() {
    harness.close();
  }

  @ParameterizedTest
  @CsvSource({
    // trace, endpoints at the end, those of several ports counted for each
    "hints, 17",
    "lifecycle, 0",
    "rolling, 330",
    "shapes, 30",
    "watchlist, 300",
  })
  void endsInTheTruth(String trace, int rows) throws IOException {
    List<JsonNode> lines = read(trace);
    JsonNode truth = lines.get(lines.size() - 1).get("truth");
    Map<Port, List<String>> expected = expected(truth);
    Map<Port, ServiceWatch> watches = new TreeMap<>(Comparator.comparing(Port::toString));
    for (Port port : expected.keySet()) {
      watches.put(port, watch(port));
    }
    if (watches.isEmpty()) {
      Port any = new Port("checkout", "grpc", "TCP");
      watches.put(any, watch(any));
      expected.put(any, List.of());
    }

    for (JsonNode line : lines) {
      play(line);
    }
    harness.window();

    int all = 0;
    for (Map.Entry<Port, ServiceWatch> watch : watches.entrySet()) {
      List<String> actual = rows(watch.getValue());
      assertThat(actual).as(watch.getKey().toString()).isEqualTo(expected.get(watch.getKey()));
      assertThat(watch.getValue().view().state()).isEqualTo(SyncState.SYNCED);
      all += actual.size();
    }
    assertThat(all).isEqualTo(rows);
  }

  private ServiceWatch watch(Port port) {
    ServiceTarget target =
        new ServiceTarget(null, port.service, "recorded", PortSelector.named(port.name));
    return harness.watch(target, WatchOptions.DEFAULTS.withProtocol(port.protocol));
  }

  private void play(JsonNode line) throws IOException {
    pass(line);
    String stream = line.path("stream").asText();
    if (line.has("request") && stream.equals("list")) {
      harness.last().refused(422, "Invalid");
      harness.settle();
      harness.assertLast(Kind.LIST, "");
    } else if (line.has("response") && !line.has("body")) {
      harness.last().open();
    } else if (line.has("line")) {
      harness.last().event(event(line));
    } else if (line.has("body")) {
      harness.last().end(list(harness.last(), line));
    } else if (line.has("end")) {
      harness.last().eof();
    }
    harness.settle();
  }

  private void pass(JsonNode line) {
    double t = line.path("t").asDouble();
    harness.advance(Duration.ofNanos((long) (Math.max(0, t - now) * 1e9)));
    now = Math.max(now, t);
  }

  private SliceEvent event(JsonNode line) throws IOException {
    byte[] bytes = line.get("line").asText().getBytes(UTF_8);
    return requireNonNull(decoder.decodeEvent(bytes, 0, bytes.length));
  }

  private ExchangeEnd list(ScriptedSource.Call call, JsonNode line) throws IOException {
    byte[] bytes = line.get("body").asText().getBytes(UTF_8);
    return decoder.decodeList(new ByteArrayInputStream(bytes), call::event);
  }

  private ExchangeEnd refusal(JsonNode line, int httpCode) {
    byte[] bytes = line.get("body").asText().getBytes(UTF_8);
    return ExchangeEnd.refused(
        requireNonNull(decoder.decodeStatus(bytes, 0, bytes.length, httpCode)));
  }

  private static Map<Port, List<String>> expected(JsonNode truth) {
    Map<Port, List<String>> expected = new TreeMap<>(Comparator.comparing(Port::toString));
    for (JsonNode row : truth) {
      for (JsonNode port : row.path("ports")) {
        if (!row.path("service").isNull()) {
          expected.put(
              new Port(
                  row.get("service").asText(),
                  port.get("name").asText(),
                  port.get("protocol").asText()),
              new ArrayList<>());
        }
      }
    }
    expected.forEach(
        (port, rows) -> {
          for (JsonNode row : truth) {
            if (row.path("service").asText().equals(port.service)) {
              rows.add(row(row, port));
            }
          }
          rows.sort(null);
        });
    return expected;
  }

  private static String row(JsonNode row, Port port) {
    int number = 0;
    for (JsonNode each : row.path("ports")) {
      boolean same = each.get("name").asText().equals(port.name);
      number =
          same && each.get("protocol").asText().equals(port.protocol)
              ? each.get("port").asInt()
              : number;
    }
    JsonNode conditions = row.get("conditions");
    List<String> zones = new ArrayList<>();
    row.path("hints").path("forZones").forEach(zone -> zones.add(zone.get("name").asText()));
    List<String> nodes = new ArrayList<>();
    row.path("hints").path("forNodes").forEach(node -> nodes.add(node.get("name").asText()));
    return String.join(
        " ",
        row.get("slice").asText(),
        row.get("addressType").asText().toUpperCase(Locale.ROOT),
        row.get("addresses").get(0).asText(),
        "" + number,
        "ready=" + conditions.path("ready").asBoolean(true),
        "serving=" + conditions.path("serving").asBoolean(true),
        "terminating=" + conditions.path("terminating").asBoolean(false),
        row.get("zone").asText(),
        row.get("nodeName").asText(),
        row.get("hostname").asText(),
        row.get("pod").asText(),
        "" + zones,
        "" + nodes);
  }

  private static List<String> rows(ServiceWatch watch) {
    List<String> rows = new ArrayList<>();
    for (Explanation.Address address : watch.explain().addresses()) {
      Endpoint endpoint = address.endpoint();
      rows.add(
          String.join(
              " ",
              address.slice(),
              endpoint.addressType().toString(),
              endpoint.address(),
              "" + endpoint.port(),
              "ready=" + endpoint.conditions().ready(),
              "serving=" + endpoint.conditions().serving(),
              "terminating=" + endpoint.conditions().terminating(),
              "" + endpoint.zone(),
              "" + endpoint.node(),
              "" + endpoint.hostname(),
              "" + endpoint.pod(),
              "" + endpoint.hints().forZones(),
              "" + endpoint.hints().forNodes()));
    }
    rows.sort(null);
    return rows;
  }

  @Test
  void aRestartedServerIsFollowedAsTheProtocolAsks() throws IOException {
    Map<String, List<JsonNode>> streams = new TreeMap<>();
    List<JsonNode> lines = read("restart");
    for (JsonNode line : lines) {
      if (line.has("line") || line.has("body")) {
        streams.computeIfAbsent(line.get("stream").asText(), s -> new ArrayList<>()).add(line);
      }
    }
    ServiceWatch watch = harness.watch("a.gone:grpc");
    harness.last().refused(422, "Invalid");
    harness.settle();
    harness.assertLast(Kind.LIST, "");
    harness.last().open().end(list(harness.last(), streams.get("list").get(0)));
    harness.settle();
    harness.assertLast(Kind.WATCH, "5068");
    assertThat(watch.view().eligible()).hasSize(6);

    // One pod turns unready; a second later the server is killed, which looks like a clean end.
    harness.last().open().event(event(streams.get("watch").get(0)));
    harness.settle();
    assertThat(watch.view().eligible()).hasSize(5);
    harness.advance(Duration.ofSeconds(2));
    harness.last().eof();
    harness.settle();
    harness.assertLast(Kind.WATCH, "5070");
    harness.last().unreachable();
    harness.settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.STALE);
    assertThat(watch.view().eligible()).hasSize(5);

    // It is back, and its history is gone: 410 inside the stream, then 410 as the status.
    harness.awaitRequest();
    harness.assertLast(Kind.WATCH, "5070");
    harness.last().open().event(event(streams.get("gone-watch").get(0)));
    harness.settle();
    harness.assertLast(Kind.LIST, "5070");
    harness.last().end(refusal(streams.get("gone-list").get(0), 410));
    harness.settle();
    harness.assertLast(Kind.LIST, "");
    harness.last().open().end(list(harness.last(), streams.get("relist").get(0)));
    harness.settle();
    harness.assertLast(Kind.WATCH, "5079");
    harness.last().open();
    harness.window();
    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(watch.view().eligible()).hasSize(5);

    for (JsonNode line : streams.get("watch2")) {
      harness.last().event(event(line));
    }
    harness.advance(Duration.ofSeconds(2));
    harness.last().eof();
    harness.settle();
    harness.assertLast(Kind.WATCH, "5083");
    JsonNode truth = lines.get(lines.size() - 1).get("truth");
    assertThat(rows(watch)).isEqualTo(expected(truth).get(new Port("a", "grpc", "TCP")));
    assertThat(addresses(watch.view())).hasSize(6);
  }

  @Test
  void recordedRefusalsAreUnderstood() throws IOException {
    Map<String, JsonNode> streams = new TreeMap<>();
    Map<String, Integer> statuses = new TreeMap<>();
    for (JsonNode line : read("errors")) {
      String stream = line.path("stream").asText();
      if (line.has("response")) {
        statuses.put(stream, line.get("response").get("status").asInt());
      }
      if (line.has("line") || line.has("body")) {
        streams.put(stream, line);
      }
    }
    ServiceWatch watch = harness.watch("a.errs");
    harness.last().end(refusal(streams.get("401"), statuses.get("401")));
    harness.settle();
    assertThat(watch.view().problem()).contains("does not accept the credentials (401)");
    harness.awaitRequest();
    harness.last().end(refusal(streams.get("403-watch"), statuses.get("403-watch")));
    harness.settle();
    assertThat(watch.view().problem())
        .contains("forbidden (403) to watch endpointslices.discovery.k8s.io in namespace errs")
        .contains("User \"reader\" cannot watch resource");
    harness.awaitRequest();
    harness.last().refused(422, "Invalid");
    harness.settle();
    harness.last().end(refusal(streams.get("403"), statuses.get("403")));
    harness.settle();
    assertThat(watch.view().problem()).contains("forbidden (403) to list");

    harness.awaitRequest();
    harness.last().open().end(list(harness.last(), streams.get("page-1")));
    harness.settle();
    assertThat(watch.view().state()).isEqualTo(SyncState.PENDING);
    String token = harness.last().request.continueToken();
    assertThat(token).startsWith("eyJ2IjoibWV0YS5rOHMuaW8vdjEi");
    harness.last().open().end(list(harness.last(), streams.get("page-2")));
    harness.settle();
    assertThat(harness.last().request.continueToken()).isNotEqualTo(token);
    harness.last().end(refusal(streams.get("page-malformed"), statuses.get("page-malformed")));
    harness.awaitRequest();
    harness.assertLast(Kind.LIST, "");
    assertThat(harness.last().request.continueToken()).isNull();
    harness.last().open().end(list(harness.last(), streams.get("no-namespace")));
    harness.settle();
    harness.assertLast(Kind.WATCH, "1004");
    ScriptedSource.Call stream = harness.last().open();
    harness.settle();
    assertThat(watch.view().problem()).contains("no EndpointSlice names the Service errs/a");

    stream.event(event(streams.get("old-rv")));
    harness.settle();
    harness.assertLast(Kind.LIST, "1004");
    harness.last().end(refusal(streams.get("future-list"), statuses.get("future-list")));
    harness.settle();
    harness.assertLast(Kind.LIST, "");
  }

  private List<JsonNode> read(String trace) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    String resource = "/traces/" + trace + ".jsonl.gz";
    try (InputStream in = requireNonNull(getClass().getResourceAsStream(resource));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(new GZIPInputStream(in), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(JSON.readTree(line));
      }
    }
    return lines;
  }
}
