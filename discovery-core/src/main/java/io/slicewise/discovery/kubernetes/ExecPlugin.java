package io.slicewise.discovery.kubernetes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okio.AsyncTimeout;

/**
 * The program a kubeconfig names for making credentials, such as {@code aws eks get-token}.
 *
 * <p>Not the official client's runner: that one ignores the expiry, knows no time limit, leaves out
 * {@code KUBERNETES_EXEC_INFO}, without which some plugins answer in another version, and goes on
 * without credentials when a plugin fails. What a plugin says on its standard error is shown on
 * ours, as kubectl does; it gets no terminal, and {@code provideClusterInfo} is not honoured.
 */
final class ExecPlugin {

  private static final Set<String> VERSIONS =
      Set.of("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");

  private final Settings settings;
  private final Duration limit;

  ExecPlugin(Settings settings, Duration limit) {
    this.settings = settings;
    this.limit = limit;
  }

  /**
   * Runs the program and waits for it.
   *
   * @throws CredentialsException if it cannot be run, fails, or prints something else
   */
  ExecCredential run() throws CredentialsException {
    String command = settings.text("command");
    String version = settings.text("apiVersion");
    if (command == null || version == null || !VERSIONS.contains(version)) {
      throw new CredentialsException(
          "exec plugin "
              + command
              + ": apiVersion "
              + version
              + " (expected: one of "
              + VERSIONS
              + ")");
    }
    if ("Always".equals(settings.text("interactiveMode"))) {
      throw new CredentialsException(
          "exec plugin " + command + ": interactiveMode Always (there is no terminal here)");
    }
    try {
      return ExecCredential.parse(output(command(command), version), version);
    } catch (IOException e) {
      throw new CredentialsException("exec plugin " + command + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CredentialsException("exec plugin " + command + ": interrupted");
    }
  }

  private byte[] output(List<String> command, String version)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment());
    builder
        .environment()
        .put(
            "KUBERNETES_EXEC_INFO",
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\",\"spec\":{\"interactive\":false}}"
                .formatted(version));
    Process process = builder.start();
    AsyncTimeout guard =
        new AsyncTimeout() {
          @Override
          protected void timedOut() {
            // A child of it would hold the pipe open that we read from.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
          }
        };
    guard.timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    guard.enter();
    boolean late;
    byte[] output = {};
    IOException broken = null;
    try {
      process.getOutputStream().close();
      output = process.getInputStream().readAllBytes();
      process.waitFor();
    } catch (IOException e) {
      broken = e; // also where its end closes what is being read
    } finally {
      late = guard.exit();
    }
    if (late) {
      throw new IOException("no end after " + limit.toSeconds() + " s", broken);
    }
    if (broken != null) {
      throw broken;
    }
    if (process.exitValue() != 0) {
      throw new IOException("exit code " + process.exitValue());
    }
    return output;
  }

  private List<String> command(String command) {
    List<String> line = new ArrayList<>();
    boolean path = command.indexOf('/') >= 0 || command.contains(File.separator);
    Path resolved = path ? settings.resolve(command) : Path.of(command); // else found on the PATH
    line.add(resolved.toString());
    if (settings.raw("args") instanceof List<?> args) {
      args.forEach(argument -> line.add(String.valueOf(argument)));
    }
    return line;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    if (settings.raw("env") instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof Map<?, ?> map && map.get("name") instanceof String name) {
          Object value = map.get("value");
          environment.put(name, value == null ? "" : value.toString());
        }
      }
    }
    return environment;
  }
}
