package io.slicewise.discovery.samples.http;

import static io.slicewise.discovery.samples.http.TestCluster.assertNothingInFlight;
import static io.slicewise.discovery.samples.http.TestCluster.inFlight;
import static io.slicewise.discovery.samples.http.TestCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.netty.resources.ConnectionProvider;

/** A call that does not come back counts as in flight until it is given up, and no longer. */
class LeaseTest {

  private static final URI SERVICE = URI.create("http://checkout.shop.svc");

  /** More than are needed to eject a pod, were they counted against it. */
  private static final int CALLS = 10;

  @TempDir Path directory;
  private TestCluster cluster;
  private TestPod pod;
  private TestPod other;
  private ServiceWatch watch;

  @BeforeEach
  void open() throws Exception {
    cluster = new TestCluster(directory);
    pod = cluster.pod("127.0.10.1");
    other = cluster.pod("127.0.10.2");
    watch = cluster.watch("checkout", WatchOptions.DEFAULTS);
  }

  @AfterEach
  void close() throws Exception {
    cluster.close();
  }

  private void awaitCalls(int n) {
    soon().until(() -> inFlight(watch) == n);
  }

  /** It was given up by us: it is not sent again, and speaks against nobody. */
  private void assertGivenUp(int calls) {
    assertNothingInFlight(watch);
    assertThat(watch.view().eligible()).hasSize(2);
    assertThat(watch.view().endpoints().stream().mapToLong(each -> each.started()).sum())
        .isEqualTo(calls);
  }

  private static CompletableFuture<Throwable> inBackground(ThrowingRunnable call) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                call.run();
                failure.completeExceptionally(new AssertionError("an answer"));
              } catch (Throwable e) {
                failure.complete(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    failure.whenComplete((unused, cancelled) -> thread.interrupt());
    return failure;
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  @Test
  void anInterruptCancelsACallOfTheJdk() throws Exception {
    JdkHttpCalls calls =
        new JdkHttpCalls(
            watch, SERVICE, JdkHttpCalls.newClient(SERVICE, new TestCertificates().client()));
    for (int i = 0; i < CALLS; i++) {
      CompletableFuture<Throwable> call = inBackground(() -> calls.get("/hang"));
      awaitCalls(1);
      call.cancel(true); // which interrupts
      awaitCalls(0);
    }
    assertGivenUp(CALLS);
  }

  @Test
  void aRequestOfApacheIsCancelled() throws Exception {
    ApacheHttpCalls calls =
        new ApacheHttpCalls(
            watch, cluster.keep(ApacheHttpCalls.newClient(new TestCertificates().client())));
    for (int i = 0; i < CALLS; i++) {
      HttpGet request = new HttpGet(SERVICE.resolve("/hang"));
      CompletableFuture<Throwable> call = inBackground(() -> calls.execute(request));
      int n = i + 1;
      soon().until(() -> pod.seen().size() + other.seen().size() == n);
      request.cancel();
      assertThat(call.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
      awaitCalls(0);
    }
    assertGivenUp(CALLS);
  }

  @Test
  void aSubscriptionOfReactorIsCancelled() throws Exception {
    ConnectionProvider pools = ReactorNettyCalls.newPools();
    cluster.keep(pools::dispose);
    ReactorNettyCalls calls =
        new ReactorNettyCalls(watch, SERVICE, ReactorNettyCalls.newClient(SERVICE, pools));
    for (int i = 0; i < CALLS; i++) {
      Disposable call = calls.get("/hang").subscribe();
      awaitCalls(1);
      call.dispose();
      awaitCalls(0);
    }
    assertGivenUp(CALLS);
  }

  /** All at once, because it takes as long as they are patient. */
  @Test
  void aTimeoutEndsTheLeaseAndIsNotTriedAgain() throws Exception {
    Map<Example, CompletableFuture<Throwable>> failures = new EnumMap<>(Example.class);
    for (Example example : Example.values()) {
      Example.Get calls = example.open(cluster, watch, SERVICE, new TestCertificates());
      failures.put(example, inBackground(() -> calls.get("/hang")));
    }
    awaitCalls(Example.values().length);
    for (CompletableFuture<Throwable> failure : failures.values()) {
      assertThat(failure.get(20, TimeUnit.SECONDS))
          .isInstanceOf(IOException.class)
          .asString()
          .containsIgnoringCase("time");
    }
    assertGivenUp(Example.values().length);
    assertThat(pod.seen().size() + other.seen().size()).isEqualTo(Example.values().length);
  }
}
