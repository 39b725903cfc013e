package io.slicewise.discovery.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The pods of a Service, which are real gRPC servers, and their API server, in a process of their
 * own that gets what the machine has left: in a cluster they would run elsewhere. {@link #main} is
 * the other process, which does what its input says, line by line, answers each line with one, and
 * ends with its input.
 */
final class RemotePods implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final PrintStream questions;
  private final Path kubeconfig;

  /**
   * Starts them.
   *
   * @param directory where the kubeconfig is to be
   */
  RemotePods(int pods, Path directory) throws IOException {
    List<String> command =
        List.of(
            "nice",
            "-n",
            "19",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            RemotePods.class.getName(),
            Integer.toString(pods),
            directory.toString());
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    questions = new PrintStream(process.getOutputStream(), true, UTF_8);
    kubeconfig = Path.of(answer());
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  /** Starts the servers of the pods that are to come. */
  void prepare() throws IOException {
    ask("prepare");
  }

  /** Replaces all pods by those that were prepared; returns when the last old one is gone. */
  void replace() throws IOException {
    ask("replace");
  }

  private void ask(String command) throws IOException {
    questions.println(command);
    String answer = answer();
    if (!answer.equals("done")) {
      throw new IllegalStateException(answer + " (expected: done)");
    }
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IllegalStateException("the process of the pods has ended (expected: an answer)");
    }
    return line;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    questions.close();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    answers.close();
  }

  /** Starts a number of pods with a kubeconfig in a directory. */
  public static void main(String[] args) throws Exception {
    try (EmbeddedApiServer api = EmbeddedApiServer.builder().historySize(100_000).start();
        Servers servers = new Servers()) {
      Replacement replacement = new Replacement(api, servers, Integer.parseInt(args[0]));
      System.out.println(api.writeKubeconfig(Path.of(args[1])));
      BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line; (line = input.readLine()) != null; ) {
        switch (line) {
          case "prepare" -> replacement.prepare();
          case "replace" -> replacement.run();
          default -> throw new IllegalArgumentException(line);
        }
        System.out.println("done");
      }
    }
    System.exit(0);
  }

  /**
   * What a Deployment with {@code maxSurge} and {@code maxUnavailable} of 25 % does, over about a
   * minute: a quarter of the old pods terminate at once; as new ones turn ready, as many old ones
   * terminate. Each step is one write of the slices.
   */
  private static final class Replacement {
    private static final int STEPS = 125;
    private static final int PAUSE_MILLIS = 500;

    /** How many steps the kubelet lets a terminating pod go on. */
    private static final int GRACE = 4;

    private final SimulatedService service;
    private final Servers servers;
    private final int pods;
    private int generation = 10;

    Replacement(EmbeddedApiServer api, Servers servers, int pods) {
      this.servers = servers;
      this.pods = pods;
      for (int i = 0; i < pods; i++) {
        servers.start(RolloutTest.address(generation, i));
      }
      service = api.cluster().service("shop", "echo").port("grpc", servers.port());
      service.batch(() -> add(0, pods));
    }

    private void add(int from, int to) {
      for (int i = from; i < to; i++) {
        String address = RolloutTest.address(generation, i);
        service.addPod("pod-" + address.replace('.', '-'), address, RolloutTest.zone(i));
      }
    }

    void prepare() {
      for (int i = 0; i < pods; i++) {
        servers.start(RolloutTest.address(generation + 1, i));
      }
    }

    void run() throws InterruptedException {
      Deque<SimulatedPod> old = new ArrayDeque<>(service.pods());
      Deque<List<SimulatedPod>> terminating = new ArrayDeque<>();
      generation++;
      int surge = (pods + STEPS - 1) / STEPS;
      service.batch(() -> terminating.add(terminate(old, pods / 4)));
      for (int i = 0; i < pods || !terminating.isEmpty(); i += surge) {
        Thread.sleep(PAUSE_MILLIS); // the pace of the rollout
        int from = Math.min(pods, i);
        int to = Math.min(pods, i + surge);
        List<SimulatedPod> gone =
            terminating.size() > GRACE || from == to ? terminating.remove() : List.of();
        gone.forEach(pod -> servers.stop(pod.address()));
        service.batch(
            () -> {
              gone.forEach(SimulatedPod::remove);
              add(from, to);
              if (from < to) {
                terminating.add(terminate(old, to - from));
              }
            });
      }
    }

    private static List<SimulatedPod> terminate(Deque<SimulatedPod> old, int count) {
      List<SimulatedPod> terminating = new ArrayList<>();
      while (terminating.size() < count && !old.isEmpty()) {
        terminating.add(old.remove().terminate());
      }
      return terminating;
    }
  }
}
