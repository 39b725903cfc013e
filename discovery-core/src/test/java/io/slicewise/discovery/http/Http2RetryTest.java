package io.slicewise.discovery.http;

import static io.slicewise.discovery.http.HttpCluster.assertNothingInFlight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 says of some streams that nothing was done for them. */
class Http2RetryTest {

  private final HttpCluster cluster = new HttpCluster();
  private final List<Http2Backend> servers = new ArrayList<>();
  private final List<String> streams = new CopyOnWriteArrayList<>(); // of all servers

  @AfterEach
  void close() throws Exception {
    cluster.close();
    for (Http2Backend server : servers) {
      server.close();
    }
  }

  private interface StreamHandler {
    void onStream(Stream stream, int number);
  }

  private ServiceHttpClient client(int pods, StreamHandler handler) throws Exception {
    AtomicInteger count = new AtomicInteger();
    for (int i = 1; i <= pods; i++) {
      String host = "127.0.8." + i;
      Http2Backend server =
          Http2Backend.raw(
              host,
              new ServerSessionListener() {
                @Override
                public Stream.Listener onNewStream(Stream stream, HeadersFrame frame) {
                  streams.add(host);
                  handler.onStream(stream, count.incrementAndGet());
                  return Stream.Listener.AUTO_DISCARD;
                }
              });
      servers.add(server);
      cluster.service.batch(
          () -> {
            SimulatedPod unused =
                cluster.service.addPod(host, host, null).port("http", server.port());
          });
    }
    return cluster.client(
        cluster
            .builder()
            .watch(WatchOptions.DEFAULTS.withHealth(HealthOptions.OFF))
            .configure(builder -> builder.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))));
  }

  private static void answer(Stream stream, int status) {
    stream.headers(
        new HeadersFrame(
            stream.getId(),
            new MetaData.Response(status, null, HttpVersion.HTTP_2, HttpFields.EMPTY),
            null,
            true),
        Callback.NOOP);
  }

  private static void reset(Stream stream, ErrorCode code) {
    stream.reset(new ResetFrame(stream.getId(), code.code), Callback.NOOP);
  }

  private static Request request(ServiceHttpClient client, String method) {
    RequestBody body = RequestBody.create("one book", MediaType.get("text/plain"));
    return client.request("/").method(method, method.equals("POST") ? body : null).build();
  }

  private static int status(ServiceHttpClient client, String method) throws IOException {
    try (Response response = client.send(request(client, method))) {
      return response.code();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void asksAnotherPodWhenAStreamIsRefused(String method) throws Exception {
    ServiceHttpClient client =
        client(
            2,
            (stream, number) -> {
              if (number == 1) {
                reset(stream, ErrorCode.REFUSED_STREAM_ERROR);
              } else {
                answer(stream, 200);
              }
            });

    assertThat(status(client, method)).isEqualTo(200);

    assertThat(streams).hasSize(2).doesNotHaveDuplicates();
    assertNothingInFlight(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void asksAnotherPodWhenAConnectionEndsBeforeTheStream(String method) throws Exception {
    ServiceHttpClient client =
        client(
            2,
            (stream, number) -> {
              if (number == 1) { // up to stream 0, so this one is not dealt with
                boolean unused =
                    ((HTTP2Session) stream.getSession())
                        .goAway(
                            new GoAwayFrame(0, ErrorCode.NO_ERROR.code, new byte[0]),
                            Callback.NOOP);
              } else {
                answer(stream, 200);
              }
            });

    assertThat(status(client, method)).isEqualTo(200);

    assertThat(streams).hasSize(2).doesNotHaveDuplicates();
    assertNothingInFlight(client);
  }

  @Test
  void sendsAGetButNoPostAgainWhenAStreamBreaks() throws Exception {
    ServiceHttpClient client =
        client(
            2,
            (stream, number) -> {
              if (number % 2 == 1) {
                reset(stream, ErrorCode.INTERNAL_ERROR);
              } else {
                answer(stream, 200);
              }
            });

    assertThat(status(client, "GET")).isEqualTo(200);
    assertThat(streams).hasSize(2).doesNotHaveDuplicates();
    assertThatThrownBy(() -> status(client, "POST"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("INTERNAL_ERROR");
    assertThat(streams).hasSize(3);
    assertNothingInFlight(client);
  }

  /** OkHttp takes the connection that a call had before again: the retry has to be another call. */
  @Test
  void leavesTheConnectionOfTheFirstAttempt() throws Exception {
    ServiceHttpClient client =
        client(2, (stream, number) -> answer(stream, number % 2 == 1 ? 503 : 200));
    for (int i = 0; i < 10; i++) {
      assertThat(status(client, "GET")).isEqualTo(200);
      assertThat(streams.get(2 * i)).isNotEqualTo(streams.get(2 * i + 1));
    }
  }
}
