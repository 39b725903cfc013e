package io.slicewise.discovery.http;

import static io.slicewise.discovery.http.HttpCluster.assertNothingInFlight;
import static io.slicewise.discovery.http.HttpCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent once more, what is not, and how often a server sees it. */
class RetryTest {

  private static final RequestBody ORDER =
      RequestBody.create("one book", MediaType.get("text/plain"));

  private final HttpCluster cluster = new HttpCluster();
  private final AtomicLong clock = new AtomicLong();

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  private static String body(Response response) throws IOException {
    try (response) {
      return response.code() + " " + response.body().string();
    }
  }

  /** Two pods that do this with the first request of all, and answer the others. */
  private List<Backend> pods(Backend.Handler first) throws IOException {
    AtomicInteger requests = new AtomicInteger();
    Backend.Handler handler =
        exchange -> {
          if (requests.getAndIncrement() == 0) {
            first.handle(exchange);
          } else {
            exchange.reply(200, "hello");
          }
        };
    return List.of(cluster.pod("127.0.3.1").with(handler), cluster.pod("127.0.3.2").with(handler));
  }

  private static List<Backend.Exchange> all(List<Backend> pods) {
    return pods.stream().flatMap(pod -> pod.exchanges().stream()).toList();
  }

  private ServiceHttpClient client() throws Exception {
    return cluster.client(builder());
  }

  /** Without ejection: it would keep calls from pods, and counts calls that are none. */
  private ServiceHttpClientBuilder builder() {
    return cluster
        .builder()
        .nanoTime(clock::get)
        .watch(WatchOptions.DEFAULTS.withHealth(HealthOptions.OFF));
  }

  /** Has the server close its connections, as it does when they are idle. */
  private static void closeConnections(Backend pod) {
    soon()
        .until(
            () -> {
              pod.closeIdle();
              return pod.openConnections() == 0;
            });
  }

  private static Request request(ServiceHttpClient client, String method) {
    boolean hasBody = Stream.of("POST", "PUT", "PATCH").anyMatch(method::equals);
    return client.request("/").method(method, hasBody ? ORDER : null).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
  void asksAnotherPodWhenAnIdempotentCallBreaks(String method) throws Exception {
    List<Backend> pods = pods(Backend.Exchange::reset);
    ServiceHttpClient client = client();

    Response response = client.send(request(client, method));

    assertThat(response.code()).isEqualTo(200);
    response.close();
    assertThat(pods).allMatch(pod -> pod.exchanges().size() == 1);
    assertNothingInFlight(client);
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void asksAnotherPodWhenAnIdempotentCallIsNotServed(int status) throws Exception {
    List<Backend> pods = pods(e -> e.reply(status, "not now", "Retry-After: 60"));
    ServiceHttpClient client = client();

    assertThat(body(client.send(request(client, "PUT")))).isEqualTo("200 hello");

    assertThat(pods).allMatch(pod -> pod.exchanges().size() == 1);
    assertThat(all(pods)).allMatch(each -> each.body().equals("one book"));
    assertNothingInFlight(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH"})
  void neverSendsAgainWhatIsNotIdempotent(String method) throws Exception {
    List<Backend> pods = pods(Backend.Exchange::reset);
    ServiceHttpClient client = client();

    assertThatThrownBy(() -> client.send(request(client, method)))
        .isInstanceOf(IOException.class)
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .anySatisfy(
                        note -> assertThat(note).hasMessageStartingWith("at endpoint 127.0.3.")));

    assertThat(all(pods)).hasSize(1);
    assertNothingInFlight(client);
  }

  /** OkHttp itself sends again after this answer, whatever it was told about retries. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH"})
  void doesNotLetAServerAskForARepetition(String method) throws Exception {
    List<Backend> pods = pods(e -> e.reply(503, "not now", "Retry-After: 0"));
    ServiceHttpClient client = client();

    Response response = client.send(request(client, method));

    assertThat(response.header("Retry-After")).isEqualTo("0");
    assertThat(body(response)).isEqualTo("503 not now");
    assertThat(all(pods)).hasSize(1);
    assertNothingInFlight(client);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void asksAnotherPodWhenOneCannotBeReached(String method) throws Exception {
    Backend alive = cluster.pod("127.0.3.1");
    cluster.pod("127.0.3.2").kill();
    ServiceHttpClient client = client();
    for (int i = 0; i < 20; i++) {
      assertThat(body(client.send(request(client, method)))).isEqualTo("200 hello");
    }
    assertThat(alive.exchanges()).hasSize(20);
    assertNothingInFlight(client);
  }

  @Test
  void saysWhereItWentWhenNoPodCanBeReached() throws Exception {
    cluster.pod("127.0.3.1").kill();
    cluster.pod("127.0.3.2").kill();
    ServiceHttpClient client = client();

    assertThatThrownBy(() -> client.get("/"))
        .hasMessageStartingWith("Failed to connect to checkout.shop.svc/127.0.3.")
        .cause()
        .hasMessageMatching("127\\.0\\.3\\.[12]:[0-9]+ \\(pod-.*\\): .*Connection refused.*");
    assertNothingInFlight(client);
  }

  @Test
  void returnsTheSecondAnswerAsItIs() throws Exception {
    List<Backend> pods = List.of(cluster.pod("127.0.3.1"), cluster.pod("127.0.3.2"));
    pods.forEach(pod -> pod.with(e -> e.reply(503, "not now", "Retry-After: 7")));
    ServiceHttpClient client = client();

    Response response = client.get("/");

    assertThat(response.header("Retry-After")).isEqualTo("7");
    assertThat(body(response)).isEqualTo("503 not now");
    assertThat(pods).allMatch(pod -> pod.exchanges().size() == 1);
    assertNothingInFlight(client);
  }

  @Test
  void doesNotAskTheOnlyPodTwice() throws Exception {
    Backend pod = cluster.pod("127.0.3.1").with(e -> e.reply(503, "not now"));
    ServiceHttpClient client = client();

    assertThat(body(client.get("/"))).isEqualTo("503 not now");
    assertThat(pod.exchanges()).hasSize(1);
    pod.with(Backend.Exchange::reset);
    assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
    assertThat(pod.exchanges()).hasSize(3); // over the old connection, which may be why, and a new
    assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
    assertThat(pod.exchanges()).hasSize(4);
  }

  @Test
  void doesNotAskAgainAfterTheTimeoutOfTheCall() throws Exception {
    List<Backend> pods = pods(e -> {});
    ServiceHttpClient client =
        cluster.client(
            cluster.builder().configure(builder -> builder.callTimeout(Duration.ofMillis(100))));

    assertThatThrownBy(() -> client.get("/")).isInstanceOf(InterruptedIOException.class);

    assertThat(all(pods).size()).isLessThanOrEqualTo(1);
    assertNothingInFlight(client);
  }

  /** An address that neither refuses nor answers: its queue of connections is full. */
  @Test
  void asksAnotherPodWhenAConnectionTakesTooLong() throws Exception {
    Backend alive = cluster.pod("127.0.3.1");
    List<Socket> queue = new ArrayList<>();
    try (ServerSocket hole = new ServerSocket(0, 1, InetAddress.getByName("127.0.3.9"))) {
      fill(hole, queue);
      cluster.service.batch(
          () -> {
            SimulatedPod unused =
                cluster.service.addPod("hole", "127.0.3.9", null).port("http", hole.getLocalPort());
          });
      ServiceHttpClient client = cluster.client(builder().connectTimeout(Duration.ofMillis(100)));
      for (int i = 0; i < 8; i++) {
        assertThat(body(client.send(request(client, "POST")))).isEqualTo("200 hello");
      }
      assertThat(alive.exchanges()).hasSize(8);
      assertNothingInFlight(client);
    } finally {
      for (Socket socket : queue) {
        socket.close();
      }
    }
  }

  private static void fill(ServerSocket hole, List<Socket> queue) throws IOException {
    while (true) {
      Socket socket = new Socket();
      queue.add(socket);
      try {
        socket.connect(hole.getLocalSocketAddress(), 200);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  @Test
  void doesNotAskAgainAfterATimeout() throws Exception {
    List<Backend> pods = pods(e -> {});
    ServiceHttpClient client =
        cluster.client(
            cluster.builder().configure(builder -> builder.readTimeout(Duration.ofMillis(100))));

    assertThatThrownBy(() -> client.get("/")).isInstanceOf(SocketTimeoutException.class);

    assertThat(all(pods)).hasSize(1);
    assertNothingInFlight(client);
  }

  /** A body that can be written once. */
  private static final class OneShot extends RequestBody {

    private final AtomicInteger written = new AtomicInteger();

    @Override
    public MediaType contentType() {
      return MediaType.get("text/plain");
    }

    @Override
    public long contentLength() {
      return 3;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      if (written.incrementAndGet() > 1) {
        throw new IOException("written twice");
      }
      sink.writeUtf8("one");
    }
  }

  @Test
  void doesNotWriteABodyTwiceThatCanBeWrittenOnce() throws Exception {
    List<Backend> pods = pods(e -> e.reply(503, "not now"));
    ServiceHttpClient client = client();

    assertThat(body(client.send(client.request("/").put(new OneShot()).build())))
        .isEqualTo("503 not now");
    assertThat(all(pods)).hasSize(1);
  }

  @Test
  void sendsABodyElsewhereThatWasNotBegun() throws Exception {
    Backend alive = cluster.pod("127.0.3.1");
    cluster.pod("127.0.3.2").kill();
    ServiceHttpClient client = client();
    for (int i = 0; i < 10; i++) {
      assertThat(body(client.send(client.request("/").post(new OneShot()).build())))
          .isEqualTo("200 hello");
    }
    assertThat(alive.exchanges()).hasSize(10);
  }

  /** The application's own trouble is nobody's fault, and not tried twice. */
  @Test
  void doesNotBlameThePodForABodyThatCannotBeRead() throws Exception {
    List<Backend> pods = pods(e -> {});
    ServiceHttpClient client = client();
    AtomicInteger written = new AtomicInteger();
    RequestBody broken =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return MediaType.get("text/plain");
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            written.incrementAndGet();
            throw new IOException("no such file");
          }
        };
    for (int i = 0; i < 12; i++) {
      assertThatThrownBy(() -> client.send(client.request("/").put(broken).build()))
          .hasMessage("no such file");
    }
    assertThat(written).hasValue(12);
    assertThat(all(pods)).isEmpty();
    assertThat(client.watch().view().eligible()).hasSize(2);
    assertNothingInFlight(client);
  }

  @Test
  void findsAConnectionClosedBeforeItSendsAPost() throws Exception {
    Backend pod = cluster.pod("127.0.3.1");
    ServiceHttpClient client = client();
    for (int i = 1; i <= 3; i++) {
      assertThat(body(client.send(request(client, "POST")))).isEqualTo("200 hello");
      assertThat(pod.acceptedConnections()).isEqualTo(i);
      closeConnections(pod);
      clock.addAndGet(Duration.ofSeconds(2).toNanos());
    }
    assertThat(pod.exchanges()).hasSize(3);
    assertNothingInFlight(client);
  }

  @Test
  void keepsAConnectionThatWasIdleAndIsOpen() throws Exception {
    Backend pod = cluster.pod("127.0.3.1");
    ServiceHttpClient client = client();
    for (int i = 0; i < 5; i++) {
      assertThat(body(client.send(request(client, "POST")))).isEqualTo("200 hello");
      clock.addAndGet(Duration.ofSeconds(2).toNanos());
    }
    assertThat(pod.acceptedConnections()).isEqualTo(1);
  }

  /** Within the second in which a connection is not asked. */
  @Test
  void sendsAgetButNoPostAgainAfterAConnectionWasClosedUnseen() throws Exception {
    Backend pod = cluster.pod("127.0.3.1");
    ServiceHttpClient client = client();
    client.get("/").close();
    closeConnections(pod);
    assertThat(body(client.get("/"))).isEqualTo("200 hello");
    assertThat(pod.exchanges()).hasSize(2);
    closeConnections(pod);

    assertThatThrownBy(() -> client.send(request(client, "POST"))).isInstanceOf(IOException.class);

    assertThat(pod.exchanges()).hasSize(2);
    assertNothingInFlight(client);
  }

  @Test
  void doesNotLetARetryStormHappen() throws Exception {
    List<Backend> pods = List.of(cluster.pod("127.0.3.1"), cluster.pod("127.0.3.2"));
    pods.forEach(pod -> pod.with(e -> e.reply(503, "not now")));
    ServiceHttpClient client = client();
    for (int i = 0; i < 1_000; i++) {
      client.get("/").close();
    }
    int retries = all(pods).size() - 1_000;
    assertThat(retries).isEqualTo(100 + 1_000 / 5 - 1); // the first finds the budget full
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    for (int i = 0; i < 10; i++) {
      client.get("/").close();
    }
    assertThat(all(pods).size() - 1_010 - retries).isBetween(7, 9); // 6 by time, 2 by calls
  }

  @Test
  void sendsNothingAgainWithoutABudget() throws Exception {
    List<Backend> pods = pods(e -> e.reply(503, "not now"));
    ServiceHttpClient client = cluster.client(cluster.builder().retryBudget(0));

    assertThat(body(client.get("/"))).isEqualTo("503 not now");

    assertThat(all(pods)).hasSize(1);
  }
}
