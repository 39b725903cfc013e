package io.slicewise.discovery.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;

/**
 * An embedded API server in a process of its own, so that its CPU time, heap and threads are not
 * those of the client. It does what its input says, line by line, answers each line with one, and
 * ends with its input. {@link RemoteCluster} is the other end.
 */
final class ClusterProcess {

  private final EmbeddedApiServer server;
  private Rollout rollout;

  private ClusterProcess(EmbeddedApiServer server, SimulatedService first) {
    this.server = server;
    this.rollout = new Rollout(first);
  }

  /** Starts a server; takes the number of Services, that of pods in each, and "tls" or "plain". */
  public static void main(String[] args) throws Exception {
    int services = Integer.parseInt(args[0]);
    int pods = Integer.parseInt(args[1]);
    boolean tls = args[2].equals("tls");
    try (EmbeddedApiServer server =
            EmbeddedApiServer.builder().tls(tls).historySize(100_000).start();
        TemporaryKubeconfig kubeconfig = new TemporaryKubeconfig(server)) {
      SimulatedService first = server.cluster().service(Fleet.NAMESPACE, Fleet.SERVICE);
      Pods.add(first, pods);
      for (int i = 1; i < services; i++) {
        Pods.add(server.cluster().service(Fleet.NAMESPACE, Fleet.SERVICE + "-" + i), pods);
      }
      System.out.println(kubeconfig.file());
      ClusterProcess process = new ClusterProcess(server, first);
      BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line; (line = input.readLine()) != null; ) {
        System.out.println(process.answer(line.split(" ", -1)));
      }
    }
    System.exit(0);
  }

  private String answer(String[] command) throws InterruptedException {
    switch (command[0]) {
      case "requests" -> {
        List<RecordedRequest> requests = server.requests();
        return Integer.toString(requests.size());
      }
      case "clear" -> server.clearRequests();
      case "watches" -> {
        return Integer.toString(server.openWatches());
      }
      case "roll" -> {
        rollout.run(Integer.parseInt(command[1]), Integer.parseInt(command[2]));
        rollout = rollout.next();
      }
      case "kill" -> server.kill();
      case "accept" -> server.faults().accept();
      default -> throw new IllegalArgumentException(command[0]);
    }
    return "done";
  }
}
