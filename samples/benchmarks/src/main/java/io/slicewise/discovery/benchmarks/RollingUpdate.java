package io.slicewise.discovery.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A client follows a rolling update of 1,000 endpoints, ten pods every 25 ms, which is faster than
 * a real one: CPU time, garbage and callbacks of the client's JVM, which does nothing else. The API
 * server is another process. What is measured is the third of three such updates, as the first ones
 * are mostly the JVM's compilation; what is left of that and the collector's work are in the CPU
 * time, and not in that of threads. TLS and HTTP are included; the callback does nothing but count.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar io.slicewise.discovery.benchmarks.RollingUpdate
 * </pre>
 */
public final class RollingUpdate {

  private static final int PODS = 1_000;
  private static final int SURGE = 10;
  private static final int PAUSE_MILLIS = 25;
  private static final int WARM_UPS = 2;
  private static final long SETTLED_MILLIS = 1_500;

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private RollingUpdate() {}

  /** Measures all clients, or follows with the one that is named until its input ends. */
  public static void main(String[] args) throws Exception {
    if (args.length == 2) {
      follow(args[0], Path.of(args[1]));
      System.exit(0);
    }
    measure(PODS, SURGE, PAUSE_MILLIS, SETTLED_MILLIS)
        .forEach(row -> System.out.println(row.line()));
  }

  static List<Row> measure(int pods, int surge, int pauseMillis, long settledMillis)
      throws Exception {
    List<Row> rows = new ArrayList<>();
    try (RemoteCluster cluster = new RemoteCluster(1, pods, true)) {
      String roll = "roll " + surge + " " + pauseMillis;
      for (String client : Follower.CLIENTS) {
        try (FollowerProcess follower = new FollowerProcess(client, cluster.kubeconfig())) {
          for (int i = 0; i < WARM_UPS; i++) {
            String unused = cluster.ask(roll);
          }
          Thread.sleep(settledMillis); // the last events and settle windows
          long[] before = follower.cost();
          String unused = cluster.ask(roll);
          Thread.sleep(settledMillis); // the last events and settle windows
          rows.addAll(rows(client, before, follower.cost(), pods));
        }
      }
    }
    return rows;
  }

  private static List<Row> rows(String client, long[] before, long[] after, int pods) {
    if (after[4] != pods) {
      throw new IllegalStateException(
          client + ": " + after[4] + " endpoints (expected: " + pods + ")");
    }
    String name = "RollingUpdate " + client;
    return List.of(
        new Row(name, "CPU time", (after[0] - before[0]) / 1e6, "ms"),
        new Row(name, "of that its threads", (after[1] - before[1]) / 1e6, "ms"),
        new Row(name, "garbage", (after[2] - before[2]) / 1e6, "MB"),
        new Row(name, "callbacks", after[3] - before[3], ""));
  }

  /** The side of the client: a line of numbers for each line of input. */
  private static void follow(String client, Path kubeconfig) throws Exception {
    Follower follower = Follower.start(client, kubeconfig, () -> {});
    System.out.println("ready");
    while (System.in.read() >= 0) {
      long cpu = SYSTEM.getProcessCpuTime();
      long ofThreads = 0;
      long allocated = 0;
      for (long thread : THREADS.getAllThreadIds()) {
        ofThreads += Math.max(0, THREADS.getThreadCpuTime(thread));
        allocated += Math.max(0, THREADS.getThreadAllocatedBytes(thread));
      }
      int known = follower.addresses().size();
      System.out.println(
          cpu + " " + ofThreads + " " + allocated + " " + follower.callbacks() + " " + known);
    }
    follower.close();
  }

  /** A JVM that runs {@link #follow}. */
  private static final class FollowerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;

    FollowerProcess(String client, Path kubeconfig) throws Exception {
      process =
          new ForkedMain(RollingUpdate.class, List.of("-Xmx256m"))
              .start(List.of(client, kubeconfig.toString()));
      answers = process.inputReader();
      String ready = answers.readLine();
      if (!"ready".equals(ready)) {
        throw new IllegalStateException(client + ": " + ready + " (expected: ready)");
      }
    }

    /** Returns CPU nanoseconds, those of threads, allocated bytes, callbacks and endpoints. */
    long[] cost() throws Exception {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      String[] numbers = answers.readLine().split(" ", -1);
      long[] cost = new long[numbers.length];
      for (int i = 0; i < cost.length; i++) {
        cost[i] = Long.parseLong(numbers[i]);
      }
      return cost;
    }

    @Override
    public void close() throws Exception {
      process.getOutputStream().close();
      int exit = process.waitFor();
      assert exit == 0;
    }
  }
}
