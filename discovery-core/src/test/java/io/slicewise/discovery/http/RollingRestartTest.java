package io.slicewise.discovery.http;

import static io.slicewise.discovery.http.HttpCluster.assertNothingInFlight;
import static io.slicewise.discovery.http.HttpCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rollout and a crash cost calls at a steady rate. */
@Timeout(120)
class RollingRestartTest {

  private static final int PODS = 50;
  private static final int PER_SECOND = 500;

  private final HttpCluster cluster = new HttpCluster();
  private final Map<String, AtomicInteger> seen =
      new ConcurrentHashMap<>(); // POSTs, at the servers
  private final ConcurrentLinkedQueue<String> failedGets = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> failedPosts = new ConcurrentLinkedQueue<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean stopping;

  @AfterEach
  void close() throws Exception {
    clock.shutdownNow();
    cluster.close();
  }

  private Backend backend(int generation, int number) throws IOException {
    return cluster
        .backend("127.6." + generation + "." + (number + 1), null)
        .with(
            exchange -> {
              if (exchange.method().equals("POST")) {
                seen.computeIfAbsent(exchange.body(), id -> new AtomicInteger()).incrementAndGet();
              }
              exchange.reply(200, "hello");
            });
  }

  private void send(ServiceHttpClient client) {
    int id = sent.incrementAndGet();
    boolean post = id % 2 == 0;
    Request.Builder request = client.request("/orders");
    if (post) {
      request.post(RequestBody.create("order " + id, MediaType.get("text/plain")));
    }
    client
        .newCall(request.build())
        .enqueue(
            new Callback() {
              @Override
              public void onResponse(Call call, Response response) {
                try (response) {
                  String body = response.body().string();
                  if (response.code() != 200 || !body.equals("hello")) {
                    onFailure(call, new IOException(response.code() + " " + body));
                    return;
                  }
                  done.incrementAndGet();
                } catch (IOException e) {
                  onFailure(call, e);
                }
              }

              @Override
              public void onFailure(Call call, IOException failure) {
                (post ? failedPosts : failedGets).add(id + ": " + failure);
                done.incrementAndGet();
              }
            });
  }

  private void start(ServiceHttpClient client) {
    clock.scheduleAtFixedRate(
        () -> {
          for (int i = 0; i < PER_SECOND / 100 && !stopping; i++) {
            send(client);
          }
        },
        0,
        10,
        TimeUnit.MILLISECONDS);
  }

  private void await(int more) {
    int before = done.get();
    soon().until(() -> done.get() >= before + more);
  }

  private void drain() {
    stopping = true;
    soon().until(() -> done.get() == sent.get());
  }

  private void assertNoPostTwice() {
    assertThat(seen.values()).allMatch(count -> count.get() == 1);
    assertThat(seen.size()).isGreaterThanOrEqualTo(sent.get() / 2 - failedPosts.size());
  }

  @Test
  void aRolloutOfFiftyPodsFailsNothing() throws Exception {
    List<Backend> old = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      old.add(backend(1, i));
    }
    cluster.service.batch(() -> old.forEach(cluster::list));
    ServiceHttpClient client = cluster.client();
    start(client);
    await(PER_SECOND);
    for (int i = 0; i < PODS; i += 10) {
      List<Backend> leaving = old.subList(i, i + 10);
      for (int j = i; j < i + 10; j++) {
        cluster.list(backend(2, j));
      }
      leaving.forEach(pod -> cluster.podOf(pod).terminate());
      await(PER_SECOND / 2); // the kubelet lets a pod finish what it does
      for (Backend pod : leaving) {
        assertThat(pod.openConnections()).isZero();
        pod.stop();
        cluster.podOf(pod).remove();
      }
    }
    await(PER_SECOND / 2);
    drain();

    report("rollout");
    assertThat(failedGets).isEmpty();
    assertThat(failedPosts).isEmpty();
    assertNoPostTwice();
    assertNothingInFlight(client);
  }

  /** Ten pods are killed one by one; that they are not ready is known a while later. */
  @Test
  void podsThatCrashFailNoCallThatMayBeSentAgain() throws Exception {
    List<Backend> pods = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      pods.add(backend(3, i));
    }
    cluster.service.batch(() -> pods.forEach(cluster::list));
    ServiceHttpClient client = cluster.client();
    start(client);
    await(PER_SECOND);
    for (int i = 0; i < 10; i++) {
      Backend victim = pods.get(5 * i);
      victim.kill();
      await(PER_SECOND / 10);
      cluster.podOf(victim).ready(false);
    }
    await(PER_SECOND / 2);
    drain();

    report("crashes");
    assertThat(failedGets).isEmpty();
    assertNoPostTwice();
    assertThat(failedPosts.size()).isLessThan(20); // those that were under way
    assertNothingInFlight(client);
  }

  private void report(String what) {
    System.out.printf(
        "%s: %d calls, %d GETs failed, %d POSTs failed, %d POSTs seen, %d seen twice%n",
        what,
        sent.get(),
        failedGets.size(),
        failedPosts.size(),
        seen.size(),
        seen.values().stream().filter(count -> count.get() > 1).count());
  }
}
