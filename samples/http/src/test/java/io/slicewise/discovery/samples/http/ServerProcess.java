package io.slicewise.discovery.samples.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command {@code server} in a process of its own, with the environment of a container. */
final class ServerProcess implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening at port ([0-9]+) as (.*)");

  private final Process process;
  private final BufferedReader out;
  private final int port;
  private final String identity;

  private ServerProcess(Process process) throws IOException {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Matcher listening = LISTENING.matcher("");
    StringBuilder said = new StringBuilder();
    while (!listening.matches()) { // after what the JVM may have to say of libraries
      String line = out.readLine();
      if (line == null) {
        throw new IOException(said + "(expected: listening at port …)");
      }
      said.append(line).append('\n');
      listening.reset(line);
    }
    port = Integer.parseInt(listening.group(1));
    identity = listening.group(2);
  }

  /** Starts one at any port and waits until it listens. */
  static ServerProcess start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HttpSample.class.getName(),
                "server",
                "--port=0"));
    builder.environment().putAll(environment);
    return new ServerProcess(builder.redirectErrorStream(true).start());
  }

  int port() {
    return port;
  }

  /** As whom it answers. */
  String identity() {
    return identity;
  }

  /** Sends SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end and returns its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    kill();
    out.close();
  }
}
