package io.slicewise.discovery.samples.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ZoneShare;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * One run of the demo. Whatever it starts is over when {@link #play} returns, however it returns.
 *
 * @param length how long it takes
 * @param out takes the table and the result
 */
record Demo(Duration length, PrintWriter out) {

  /** The default slow start of 30 s is longer than the demo. */
  private static final int SLOW_STARTS_IN_A_DEMO = 20;

  private static final long SEED = 1; // of the customers
  private static final int LOOKS_IN_A_DEMO = 100;
  private static final Duration TO_BEGIN = Duration.ofSeconds(20);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /**
   * What became of the calls.
   *
   * @param reasons why calls failed, and how often
   */
  record Result(Load.Counts counts, Map<String, LongAdder> reasons) {}

  /** Plays it. */
  Result play() throws IOException, GeneralSecurityException, InterruptedException {
    DemoAuthority authority = new DemoAuthority("ca-1");
    Canary canary = new Canary(Fleet.TRACK_LABEL, Fleet.CANARY);
    MeterRegistry meters = new SimpleMeterRegistry();
    HealthOptions health =
        HealthOptions.DEFAULTS.withSlowStart(length.dividedBy(SLOW_STARTS_IN_A_DEMO));
    try (Stage stage = new Stage(authority, length.dividedBy(LOOKS_IN_A_DEMO));
        Script script = new Script(stage, canary, authority, length)) {
      script.prepare();
      try (MeshClient mesh = stage.open(meters, health)) {
        MeshService checkout = mesh.service(Fleet.SERVICE, canary);
        Routing routing = awaitZones(checkout);
        describe(routing);
        String own = String.valueOf(routing.zone());
        try (Load load = new Load(checkout, canary, new Random(SEED))) {
          load.start();
          script.start();
          show(load, script, own);
          load.close(); // before the counts are read
          out.println();
          ZoneMetrics.table(meters).forEach(out::println);
          Load.Counts all = load.counts();
          out.printf(
              Locale.ROOT,
              "RESULT calls=%d errors=%d canary=%.1f%% rotations=%d cross_zone=%.1f%%%n",
              all.calls(),
              all.errors(),
              all.canaryShare(),
              stage.webIdentity().rotations(),
              100 - all.share(own));
          return new Result(all, load.reasons());
        }
      }
    }
  }

  /** Waits until the client has found out where it is and who else calls. */
  private static Routing awaitZones(MeshService checkout) throws InterruptedException {
    long deadline = System.nanoTime() + TO_BEGIN.toNanos();
    while (true) {
      Routing routing = checkout.stable().view().routing();
      if (routing.zones().stream().anyMatch(zone -> zone.callers() > 0)) {
        return routing;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no callers: " + checkout.stable().explain());
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
    }
  }

  private void describe(Routing routing) {
    out.println("own zone: " + routing.zone() + " (" + routing.zoneSource() + ")");
    out.println("callers:  " + routing.callersSource());
    for (ZoneShare zone : routing.zones()) {
      out.printf(
          Locale.ROOT,
          "  %s  callers %4.1f%%  capacity %4.1f%%%n",
          zone.zone(),
          100 * zone.callers(),
          100 * zone.capacity());
    }
  }

  private void show(Load load, Script script, String own) throws InterruptedException {
    StringBuilder titles =
        new StringBuilder(String.format("%n%6s %7s %7s %7s", "TIME", "CALLS", "ERRORS", "CANARY"));
    Fleet.ZONES.forEach(
        zone -> titles.append("  ").append(zone).append(zone.equals(own) ? "*" : " "));
    out.println(titles + " SEEN AS");
    Load.Counts before = Load.Counts.NONE;
    long start = System.nanoTime();
    for (int second = 1; second <= length.toSeconds(); second++) {
      TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
      script.check();
      Load.Counts all = load.counts();
      Load.Counts since = all.since(before);
      before = all;
      StringBuilder row =
          new StringBuilder(
              String.format(
                  Locale.ROOT,
                  "%4d s %7d %7d %6.1f%%",
                  second,
                  since.calls(),
                  since.errors(),
                  since.canaryShare()));
      for (String zone : Fleet.ZONES) {
        row.append(String.format(Locale.ROOT, "  %5.1f%% ", since.share(zone)));
      }
      row.append(String.format(" %-7s  %s", load.seenAs(), script.takeNews()));
      out.println(row.toString().stripTrailing());
      out.flush();
    }
  }
}
