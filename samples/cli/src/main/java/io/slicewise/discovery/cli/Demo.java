package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One run of the demo: a cluster, an application that calls a Service of it, and a day of both.
 * Whatever it starts is over when {@link #play} returns, however it returns.
 *
 * @param length how long the day takes
 * @param seed of everything random
 * @param out takes a line for each phase where there is no screen
 * @param screen shows how it goes, or null where there is no terminal
 */
record Demo(Duration length, long seed, PrintWriter out, @Nullable Screen screen) {

  private static final ServiceTarget TARGET = ServiceTarget.parse("checkout.shop:" + Fleet.PORT);

  /** The default of 30 s is longer than the usual day. */
  private static final int SLOW_STARTS_A_DAY = 20;

  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final int SERVER_THREADS = 8;

  /** Plays the day. */
  Result play() throws IOException, InterruptedException {
    Random random = new Random(seed);
    try (EmbeddedApiServer server = EmbeddedApiServer.builder().seed(seed).start();
        TemporaryDirectory directory = new TemporaryDirectory("slicewise-demo-");
        Timetable timetable =
            new Timetable(Executors.newSingleThreadScheduledExecutor(threads("timetable")));
        Fleet fleet =
            new Fleet(
                server.cluster().service("shop", "checkout"),
                Executors.newFixedThreadPool(SERVER_THREADS, threads("server")),
                timetable)) {
      Day day = new Day(fleet, timetable, server, random);
      day.prepare();
      Path kubeconfig = server.writeKubeconfig(directory.path());
      out.println("To look on from another terminal while it runs:");
      out.printf(
          "  slicewise watch %s --zone %s --callers-from %s --kubeconfig %s%n",
          TARGET, Day.ZONES.get(0), Front.SERVICE, kubeconfig);
      Duration slowStart = length.dividedBy(SLOW_STARTS_A_DAY);
      try (Front front = new Front(server.cluster(), kubeconfig, slowStart, random)) {
        front.find(TARGET);
        Tally tally = new Tally();
        DemoBoard board = new DemoBoard(fleet, tally, front, day::isApiServerUp, length);
        if (screen == null) {
          board.legend().forEach(out::println);
        }
        try (Callers callers =
            new Callers(
                front.callers(),
                tally,
                Executors.newScheduledThreadPool(Callers.THREADS, threads("caller")))) {
          fleet.restartClocks();
          callers.start();
          play(day, timetable, board);
        }
        return Result.of(tally, fleet.all());
      }
    }
  }

  private void play(Day day, Timetable timetable, DemoBoard board) throws InterruptedException {
    long start = System.nanoTime();
    long end = 0;
    for (Day.Phase phase : day.phases()) {
      Duration part = Duration.ofNanos((long) (length.toNanos() * phase.part()));
      end += part.toNanos();
      board.begin(phase.name(), sinceThen(start));
      timetable.after(Duration.ZERO, () -> phase.begin().accept(part));
      for (long left = part.toNanos(); left > 0; left = start + end - System.nanoTime()) {
        timetable.check();
        if (screen != null) {
          screen.show(board.block(sinceThen(start)));
        }
        TimeUnit.NANOSECONDS.sleep(Math.min(left, REDRAW.toNanos()));
      }
      if (screen == null) {
        out.println(board.line(sinceThen(start)));
      }
    }
    timetable.check();
  }

  private static Duration sinceThen(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static ThreadFactory threads(String role) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "slicewise-demo-" + role + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
