package io.slicewise.discovery.testkit;

import static io.slicewise.discovery.testkit.TestClient.SLICES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class WatchListTest {

  private static final String WATCH_LIST =
      SLICES
          + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
          + "&allowWatchBookmarks=true";

  @Test
  void objectsComeInTheOrderOfTheirNamesAndThenTheEndMarker() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      Cluster cluster = server.cluster();
      SimulatedService zoo = cluster.service("shop", "zoo");
      cluster.service("shop", "ant");
      try (WatchStream watch = TestClient.http2(server).watch(WATCH_LIST)) {
        assertThat(watch.nextSummary()).startsWith("ADDED ant-");
        assertThat(watch.nextSummary()).startsWith("ADDED zoo-");
        JsonNode end = watch.next();
        assertThat(WatchStream.summary(end)).isEqualTo("BOOKMARK @" + cluster.resourceVersion());
        assertThat(end.at("/object/metadata/annotations/k8s.io~1initial-events-end").asText())
            .isEqualTo("true");
        zoo.addPod("zoo-0", "127.0.0.1", "a");
        assertThat(watch.nextSummary()).startsWith("MODIFIED zoo-");
      }
    }
  }

  @Test
  void withoutBookmarksThereIsNoEndMarker() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      SimulatedService ant = server.cluster().service("shop", "ant");
      String path = WATCH_LIST.replace("&allowWatchBookmarks=true", "");
      try (WatchStream watch = TestClient.http2(server).watch(path)) {
        assertThat(watch.nextSummary()).startsWith("ADDED ant-");
        ant.addPod("ant-0", "127.0.0.1", "a");
        assertThat(watch.nextSummary()).startsWith("MODIFIED ant-");
      }
    }
  }

  @Test
  void aVersionFromTheFutureIsTooLarge() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      HttpResponse<String> response =
          TestClient.http2(server).get(WATCH_LIST + "&resourceVersion=999999999");
      assertThat(response.statusCode()).isEqualTo(504);
    }
  }

  @Test
  void anOldServerRefusesIt() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.builder().watchList(false).start()) {
      HttpResponse<String> response = TestClient.http2(server).get(WATCH_LIST);
      assertThat(response.statusCode()).isEqualTo(422);
      assertThat(response.body())
          .isEqualTo(
              "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                  + "\"message\":\"ListOptions.meta.k8s.io \\\"\\\" is invalid: sendInitialEvents:"
                  + " Forbidden: sendInitialEvents is forbidden for watch unless the WatchList"
                  + " feature gate is enabled\",\"reason\":\"Invalid\",\"details\":{\"group\":"
                  + "\"meta.k8s.io\",\"kind\":\"ListOptions\",\"causes\":[{\"reason\":"
                  + "\"FieldValueForbidden\",\"message\":\"Forbidden: sendInitialEvents is"
                  + " forbidden for watch unless the WatchList feature gate is enabled\",\"field\":"
                  + "\"sendInitialEvents\"}]},\"code\":422}\n");
    }
  }

  @Test
  void theMatchHasToBeGiven() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start()) {
      TestClient client = TestClient.http2(server);
      assertThat(client.get(SLICES + "?watch=true&sendInitialEvents=true").statusCode())
          .isEqualTo(422);
      assertThat(client.get(SLICES + "?watch=true&resourceVersionMatch=NotOlderThan").statusCode())
          .isEqualTo(422);
    }
  }

  @Test
  void compressedEveryLineIsAGzipMemberOfItsOwn() throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.builder().gzipWatchLists(true).start()) {
      TestClient client = TestClient.http2(server);
      server.cluster().service("shop", "ant");
      HttpRequest gzip =
          client
              .request(WATCH_LIST + "&timeoutSeconds=1")
              .header("Accept-Encoding", "gzip")
              .build();
      HttpResponse<java.io.InputStream> response = client.stream(gzip);
      assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
      byte[] all = response.body().readAllBytes();
      assertThat(membersOf(all)).isEqualTo(2);

      try (WatchStream plain = client.watch(WATCH_LIST)) {
        assertThat(plain.response().headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(plain.nextSummary()).startsWith("ADDED ant-");
      }
    }
  }

  private static int membersOf(byte[] bytes) throws Exception {
    int members = 0;
    for (int i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] == 0x1f && bytes[i + 1] == (byte) 0x8b && bytes[i + 2] == 8) {
        try (BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(
                        new java.io.ByteArrayInputStream(bytes, i, bytes.length - i)),
                    StandardCharsets.UTF_8))) {
          assertThat(reader.readLine()).startsWith("{\"type\":");
        }
        members++;
      }
    }
    return members;
  }
}
