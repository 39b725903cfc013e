package io.slicewise.discovery.samples.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.slicewise.discovery.model.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The meter {@value #ATTEMPTS}: how long each attempt took from the pick to the last byte, by
 * Service, track, zone of the pod, and whether it went well. An attempt that failed may have been
 * made up for by another one; what failed for good is the caller's to count. Thread safe.
 */
public final class ZoneMetrics {

  /** The name of the timer. */
  public static final String ATTEMPTS = "mesh.client.attempts";

  private static final String NO_ZONE = "none";
  private static final int SERVER_ERROR = 500;

  private final MeterRegistry meters;

  /** Creates meters in a registry. */
  ZoneMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Returns what listens to the attempts of one client. */
  EventListener.Factory of(String service, String track) {
    return call -> new Attempt(service, track, zone(call.request().tag(Endpoint.class)));
  }

  private static String zone(@Nullable Endpoint picked) {
    String zone = picked == null ? null : picked.zone();
    return zone == null ? NO_ZONE : zone;
  }

  private void record(String service, String track, String zone, boolean ok, long nanos) {
    Timer.builder(ATTEMPTS)
        .tags("service", service, "track", track, "zone", zone, "outcome", ok ? "ok" : "failed")
        .publishPercentiles(0.5, 0.99)
        .register(meters)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Returns what a registry has of it, in lines: a row for each zone and track. */
  public static List<String> table(MeterRegistry meters) {
    List<String> lines = new ArrayList<>();
    lines.add(row("ZONE", "TRACK", "ATTEMPTS", "FAILED", "MEAN ms", "P50 ms", "P99 ms"));
    TreeMap<String, List<Timer>> rows = new TreeMap<>();
    for (Timer timer : meters.find(ATTEMPTS).timers()) {
      String row = timer.getId().getTag("zone") + " " + timer.getId().getTag("track");
      rows.computeIfAbsent(row, unknown -> new ArrayList<>()).add(timer);
    }
    for (Map.Entry<String, List<Timer>> row : rows.entrySet()) {
      String[] names = row.getKey().split(" ", -1);
      long attempts = 0;
      long failed = 0;
      String[] times = {"-", "-", "-"};
      for (Timer timer : row.getValue()) {
        attempts += timer.count();
        if ("ok".equals(timer.getId().getTag("outcome"))) {
          ValueAtPercentile[] percentiles = timer.takeSnapshot().percentileValues();
          times[0] = millis(timer.mean(TimeUnit.MILLISECONDS));
          times[1] = millis(percentiles[0].value(TimeUnit.MILLISECONDS));
          times[2] = millis(percentiles[1].value(TimeUnit.MILLISECONDS));
        } else {
          failed += timer.count();
        }
      }
      lines.add(
          row(
              names[0],
              names[1],
              Long.toString(attempts),
              Long.toString(failed),
              times[0],
              times[1],
              times[2]));
    }
    return lines;
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String row(String zone, String track, String... cells) {
    StringBuilder row = new StringBuilder(String.format("  %-8s %-8s", zone, track));
    for (String cell : cells) {
      row.append(String.format("%9s", cell));
    }
    return row.toString();
  }

  /** One attempt; its events come one after the other. */
  private final class Attempt extends EventListener {

    private final String service;
    private final String track;
    private final String zone;
    private final long startedAt = System.nanoTime();
    private volatile boolean ok = true;

    Attempt(String service, String track, String zone) {
      this.service = service;
      this.track = track;
      this.zone = zone;
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      ok = response.code() < SERVER_ERROR;
    }

    @Override
    public void callEnd(Call call) {
      end(ok);
    }

    @Override
    public void callFailed(Call call, IOException failure) {
      if (!call.isCanceled()) {
        end(false);
      }
    }

    private void end(boolean well) {
      record(service, track, zone, well, System.nanoTime() - startedAt);
    }
  }
}
