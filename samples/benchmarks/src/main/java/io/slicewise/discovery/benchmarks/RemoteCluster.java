package io.slicewise.discovery.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link ClusterProcess}, started and asked from here. */
final class RemoteCluster implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final PrintStream questions;
  private final Path kubeconfig;

  /**
   * Starts one.
   *
   * @param services how many Services it has; the first is {@link Fleet#SERVICE}
   * @param pods how many pods each of them has
   */
  RemoteCluster(int services, int pods, boolean tls) throws IOException {
    process =
        new ForkedMain(ClusterProcess.class, List.of("-Xmx1g"))
            .start(
                List.of(Integer.toString(services), Integer.toString(pods), tls ? "tls" : "plain"));
    answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    questions = new PrintStream(process.getOutputStream(), true, UTF_8);
    kubeconfig = Path.of(answer());
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  /** Tells it what to do and waits until that is done. */
  String ask(String command) throws IOException {
    questions.println(command);
    return answer();
  }

  int count(String command) throws IOException {
    return Integer.parseInt(ask(command));
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IllegalStateException("cluster: ended (expected: an answer)");
    }
    return line;
  }

  /** Ends it. */
  @Override
  public void close() throws IOException, InterruptedException {
    questions.close();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      Process unused = process.destroyForcibly();
    }
    answers.close();
  }
}
