package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of a JVM to the first endpoint of a Service of 100: each client in a JVM that does
 * nothing else, several times. The embedded API server is in the process that starts them, with
 * TLS; both share the machine's cores. Of the informers the first ready endpoint of the store is
 * taken.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar io.slicewise.discovery.benchmarks.ColdStart
 * </pre>
 */
public final class ColdStart {

  private static final int ROUNDS = 5;

  private ColdStart() {}

  /** Measures all clients. */
  public static void main(String[] args) throws Exception {
    measure(ROUNDS).forEach(row -> System.out.println(row.line()));
    System.exit(0);
  }

  static List<Row> measure(int rounds) throws Exception {
    try (EmbeddedApiServer server = EmbeddedApiServer.start();
        TemporaryKubeconfig kubeconfig = new TemporaryKubeconfig(server)) {
      Pods.add(server.cluster().service(Fleet.NAMESPACE, Fleet.SERVICE), 100);
      ForkedMain child = new ForkedMain(FirstPick.class, List.of("-Xmx256m"));
      List<Row> rows = new ArrayList<>();
      for (String client : Follower.CLIENTS) {
        long[] fromStart = new long[rounds];
        long[] fromMain = new long[rounds];
        for (int i = 0; i < rounds; i++) {
          int round = i;
          child.run(
              List.of(client, kubeconfig.file().toString()),
              line -> {
                String[] nanos = line.split(" ", -1);
                fromStart[round] = Long.parseLong(nanos[0]);
                fromMain[round] = Long.parseLong(nanos[1]);
              });
        }
        String name = "ColdStart " + client;
        rows.add(new Row(name, "JVM's start to pick, median", median(fromStart), "ms"));
        rows.add(new Row(name, "main() to pick, median", median(fromMain), "ms"));
      }
      return rows;
    }
  }

  private static double median(long[] nanos) {
    return new Quantiles(nanos).millis(0.5);
  }
}
