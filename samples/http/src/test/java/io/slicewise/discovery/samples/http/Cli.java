package io.slicewise.discovery.samples.http;

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
                    HttpSample.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
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

  /** The lines on stdout so far. */
  List<String> lines() {
    return out().lines().toList();
  }

  /** Waits until stdout has a text. */
  Cli awaitOut(String text) {
    Awaitility.await().until(() -> out().contains(text) || code.isDone());
    return this;
  }

  /** Stops it as SIGTERM does, and returns the exit code. */
  int stop() {
    thread.interrupt();
    return exitCode();
  }

  @Override
  public void close() {
    stop();
  }
}
