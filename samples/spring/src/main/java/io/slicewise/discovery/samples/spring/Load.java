package io.slicewise.discovery.samples.spring;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the caller fifty times a second, and counts which zones answered. */
final class Load implements AutoCloseable {

  static final String HEADER = "  TIME   CALLS  ERRORS   zone-a*  zone-b  zone-c";

  private static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");
  private static final Pattern ZONE = Pattern.compile("\"zone\":\"([^\"]*)\"");
  private static final long PERIOD_MILLIS = 20;

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final HttpRequest request;
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          4,
          task -> {
            Thread thread = new Thread(task, "load");
            thread.setDaemon(true);
            return thread;
          });
  private Map<String, Integer> told = Map.of();
  private int toldErrors;

  Load(int port) {
    request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/checkout/7"))
            .timeout(Duration.ofSeconds(10))
            .build();
  }

  void start() {
    threads.scheduleAtFixedRate(
        () -> threads.execute(this::call), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void call() {
    String zone = null;
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      Matcher found = ZONE.matcher(response.body());
      zone = response.statusCode() == 200 && found.find() ? found.group(1) : null;
    } catch (IOException e) {
      // counted below
    } catch (InterruptedException e) {
      return; // it is over, and so is this call
    }
    calls.incrementAndGet();
    if (zone == null) {
      errors.incrementAndGet();
    } else {
      answers.computeIfAbsent(zone, z -> new AtomicInteger()).incrementAndGet();
    }
  }

  /** What happened since the last line. */
  String line(int second, String news) {
    Map<String, Integer> now = new ConcurrentHashMap<>();
    answers.forEach((zone, count) -> now.put(zone, count.get()));
    int total = 0;
    List<Integer> grown = new ArrayList<>();
    for (String zone : ZONES) {
      grown.add(now.getOrDefault(zone, 0) - told.getOrDefault(zone, 0));
      total += grown.get(grown.size() - 1);
    }
    int failed = errors.get() - toldErrors;
    told = now;
    toldErrors = errors.get();
    StringBuilder line = new StringBuilder();
    line.append(String.format("%4d s %7d %7d ", second, total + failed, failed));
    for (int count : grown) {
      line.append(String.format(" %6.1f%%", total == 0 ? 0 : 100.0 * count / total));
    }
    return line.append("   ").append(news).toString().stripTrailing();
  }

  String result() {
    int own = answers.getOrDefault("zone-a", new AtomicInteger()).get();
    int answered = Math.max(1, calls.get() - errors.get());
    return String.format(
        "RESULT calls=%d errors=%d own_zone=%.1f%%",
        calls.get(), errors.get(), 100.0 * own / answered);
  }

  int errors() {
    return errors.get();
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(15, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
