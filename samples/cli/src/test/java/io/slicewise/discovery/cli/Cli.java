package io.slicewise.discovery.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One run of the command line in this process, its output caught. */
final class Cli implements AutoCloseable {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CompletableFuture<Integer> code = new CompletableFuture<>();
  private final Thread thread;

  private Cli(String... args) {
    thread =
        new Thread(
            () -> {
              try {
                code.complete(
                    Slicewise.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                        .execute(args));
              } catch (Throwable e) {
                code.completeExceptionally(e);
              }
            },
            "cli-under-test");
    thread.start();
  }

  /** Begins a run. */
  static Cli start(String... args) {
    return new Cli(args);
  }

  /** Runs to the end. */
  static Cli run(String... args) {
    Cli cli = start(args);
    cli.exitCode();
    return cli;
  }

  /** Waits for the end and returns the exit code. */
  int exitCode() {
    return code.orTimeout(40, TimeUnit.SECONDS).join();
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  /** The complete lines on stdout so far. */
  List<String> lines() {
    String text = out();
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  List<String> awaitLines(int count) {
    Awaitility.await().until(() -> lines().size() >= count);
    return lines();
  }

  /** Stops it as Ctrl-C does, and returns the exit code. */
  int interrupt() {
    thread.interrupt();
    return exitCode();
  }

  @Override
  public void close() {
    interrupt();
  }
}
