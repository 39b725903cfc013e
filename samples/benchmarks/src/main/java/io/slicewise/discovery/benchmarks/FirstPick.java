package io.slicewise.discovery.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** Follows a Service until it has an endpoint, and tells how long that took. */
final class FirstPick {

  private FirstPick() {}

  /** Prints the nanoseconds since the JVM's start and since here; takes client and kubeconfig. */
  public static void main(String[] args) throws Exception {
    long begun = System.nanoTime();
    Follower follower = Follower.start(args[0], Path.of(args[1]), () -> {});
    if (follower.pick().isEmpty()) {
      throw new IllegalStateException("no endpoint");
    }
    long picked = System.nanoTime();
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    long sinceStart = System.currentTimeMillis() - started;
    System.out.println(sinceStart * 1_000_000 + " " + (picked - begun));
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
