package io.slicewise.discovery.http;

import static io.slicewise.discovery.http.HttpCluster.assertNothingInFlight;
import static io.slicewise.discovery.http.HttpCluster.inFlight;
import static io.slicewise.discovery.http.HttpCluster.soon;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.Selection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What counts as in flight, until when, and what speaks against a pod. */
class LeaseTest {

  private final HttpCluster cluster = new HttpCluster();

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  private static long ejected(ServiceHttpClient client) {
    Selection selection = client.watch().view().selection();
    long count = 0;
    for (int i = 0; i < selection.endpoints().size(); i++) {
      count += selection.out(i) == OutReason.EJECTED ? 1 : 0;
    }
    return count;
  }

  /** One that draws a pod that failed as often as any other, so that it is ejected soon. */
  private ServiceHttpClient client() throws Exception {
    return cluster.client(
        cluster.builder().watch(WatchOptions.DEFAULTS.withStrategy(PickStrategy.RANDOM)));
  }

  @Test
  void countsACallUntilItsResponseIsClosed() throws Exception {
    cluster.pod("127.0.4.1");
    ServiceHttpClient client = cluster.client();
    Response first = client.get("/");
    Response second = client.sendAsync(client.request("/").build()).get(20, SECONDS);
    assertThat(inFlight(client)).isEqualTo(2);

    first.close();
    first.close();
    assertThat(inFlight(client)).isEqualTo(1);
    second.close();

    assertThat(inFlight(client)).isZero();
  }

  @Test
  void countsACallUntilItsResponseIsReadToTheEnd() throws Exception {
    Backend pod = cluster.pod("127.0.4.1");
    ServiceHttpClient client = cluster.client();
    @SuppressWarnings("MustBeClosed")
    Response response = client.get("/");
    assertThat(response.body().source().readUtf8()).isEqualTo("hello");
    assertThat(inFlight(client)).isZero();

    pod.with(exchange -> exchange.reply(200, ""));
    @SuppressWarnings("MustBeClosed")
    Response empty = client.get("/"); // has no end to be read
    assertThat(empty.code()).isEqualTo(200);
    assertThat(inFlight(client)).isZero();
  }

  @Test
  void endsTheLeaseOfACallThatIsCancelledWhileItIsRead() throws Exception {
    cluster
        .pod("127.0.4.1")
        .with(
            exchange -> {
              exchange.begin(200);
              exchange.write("begun");
              exchange.socket().getInputStream().read(); // until the client is gone
            });
    ServiceHttpClient client = cluster.client();
    Call call = client.newCall(client.request("/").build());
    try (Response response = call.execute()) {
      BufferedSource source = response.body().source();
      assertThat(source.readUtf8(5)).isEqualTo("begun");
      assertThat(inFlight(client)).isEqualTo(1);

      call.cancel();

      assertThat(inFlight(client)).isZero();
      assertThatThrownBy(source::readUtf8).isInstanceOf(IOException.class);
    }
    assertThat(ejected(client)).isZero();
  }

  @Test
  void aThousandCancelsLeaveNothingInFlight() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 1; i <= 4; i++) {
      cluster
          .pod("127.0.4." + i)
          .with(
              exchange -> {
                if (exchange.path().equals("/slow")) {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    throw new IOException(e);
                  }
                }
                exchange.reply(200, "hello".repeat(1_000));
              });
    }
    ServiceHttpClient client = cluster.client();
    Random random = new Random(7);
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String path = random.nextBoolean() ? "/slow" : "/";
      CompletableFuture<Response> call = client.sendAsync(client.request(path).build());
      calls.add(call);
      if (random.nextInt(3) > 0) {
        Thread.onSpinWait();
        call.cancel(false);
      }
    }
    for (CompletableFuture<Response> call : calls) {
      call.cancel(false);
      if (!call.isCompletedExceptionally()) {
        call.get(20, SECONDS).close();
      }
    }
    assertNothingInFlight(client);
    assertThat(ejected(client)).isZero();
    never.countDown();
  }

  @Test
  void aCallThatIsCancelledBeforeTheFirstViewEndsAtOnce() throws Exception {
    cluster.pod("127.0.4.1");
    cluster.api.faults().refuse();
    ServiceHttpClient client =
        cluster.keep(cluster.builder().firstViewTimeout(Duration.ofMinutes(5)).build());
    Call call = client.newCall(client.request("/").build());
    CompletableFuture<IOException> failed = new CompletableFuture<>();
    call.enqueue(
        new Callback() {
          @Override
          public void onResponse(Call answered, Response response) {
            response.close();
          }

          @Override
          public void onFailure(Call cancelled, IOException failure) {
            failed.complete(failure);
          }
        });
    soon().until(() -> Thread.getAllStackTraces().keySet().stream().anyMatch(LeaseTest::waits));
    call.cancel();

    assertThat(failed.get(20, SECONDS)).hasMessage("Canceled");
    cluster.api.faults().accept();
  }

  private static boolean waits(Thread thread) {
    return thread.getName().startsWith("OkHttp http://checkout.shop.svc")
        && thread.getState() == Thread.State.TIMED_WAITING;
  }

  @Test
  void leavesOutAPodThatFails() throws Exception {
    for (int i = 1; i <= 4; i++) {
      cluster.pod("127.0.4." + i).with(exchange -> exchange.reply(200, "hello"));
    }
    Backend bad = cluster.pod("127.0.4.9").with(exchange -> exchange.reply(503, "not now"));
    ServiceHttpClient client = client();
    soon()
        .until(
            () -> {
              client.get("/").close();
              return ejected(client) == 1;
            });
    assertThat(client.watch().view().eligible())
        .noneMatch(endpoint -> endpoint.port() == bad.port());
    soon().until(() -> bad.openConnections() == 0);
  }

  @Test
  void keepsAPodWhoseAnswersTheCallerDoesNotLike() throws Exception {
    Backend pod = cluster.pod("127.0.4.1").with(exchange -> exchange.reply(404, "none"));
    cluster.pod("127.0.4.2").with(exchange -> exchange.reply(500, "sorry"));
    ServiceHttpClient client = cluster.client();
    for (int i = 0; i < 100; i++) {
      client.get("/").close();
    }
    assertThat(ejected(client)).isZero();
    assertThat(pod.exchanges().size()).isBetween(20, 80);
  }

  @Test
  void aResponseThatBreaksSpeaksAgainstThePod() throws Exception {
    cluster.pod("127.0.4.1");
    Backend bad =
        cluster
            .pod("127.0.4.2")
            .with(
                exchange -> {
                  exchange.write("HTTP/1.1 200 -\r\nContent-Length: 100\r\n\r\nhalf");
                  exchange.reset();
                });
    ServiceHttpClient client = client();
    soon()
        .until(
            () -> {
              try (Response response = client.get("/")) {
                assertThat(response.body().string()).isEqualTo("hello");
              } catch (IOException e) {
                assertThat(bad.exchanges()).isNotEmpty(); // its bytes were given out: no retry
              }
              return ejected(client) == 1;
            });
  }

  @Test
  void everyKindOfEndLeavesNothingInFlight() throws Exception {
    Random random = new Random(11);
    for (int i = 1; i <= 5; i++) {
      cluster
          .pod("127.0.4." + i)
          .with(
              exchange -> {
                switch (exchange.path()) {
                  case "/reset" -> exchange.reset();
                  case "/503" -> exchange.reply(503, "not now", "Retry-After: 0");
                  case "/302" -> exchange.reply(302, "", "Location: /ok");
                  case "/garbage" -> exchange.write("what?\r\n\r\n");
                  case "/half" -> {
                    exchange.write("HTTP/1.1 200 -\r\nContent-Length: 100\r\n\r\nhalf");
                    exchange.reset();
                  }
                  default -> exchange.reply(200, "hello");
                }
              });
    }
    // Another dispatcher, an event listener and an interceptor that asks twice.
    OkHttpClient own =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain -> {
                  Response first = chain.proceed(chain.request());
                  if (first.code() != 503) {
                    return first;
                  }
                  first.close();
                  return chain.proceed(chain.request());
                })
            .build();
    ServiceHttpClient client =
        cluster.client(
            cluster
                .builder()
                .client(own)
                .watch(WatchOptions.DEFAULTS.withHealth(HealthOptions.OFF))); // it counts failures
    List<String> paths = List.of("/reset", "/503", "/302", "/garbage", "/half", "/ok");
    for (int i = 0; i < 300; i++) {
      RequestBody body =
          random.nextBoolean() ? null : RequestBody.create("x", MediaType.get("text/plain"));
      var request = client.request(paths.get(random.nextInt(paths.size())));
      try (Response response = client.send((body == null ? request : request.post(body)).build())) {
        if (random.nextBoolean()) {
          String unused = response.body().string();
        }
      } catch (IOException e) {
        // what the path says
      }
    }
    assertNothingInFlight(client);
    own.dispatcher().executorService().shutdown();
  }
}
