package io.slicewise.discovery.samples.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * SIGTERM and Ctrl-C as an interrupt of the thread that runs the command, which then ends as it
 * sees fit and chooses the exit code.
 */
final class StopSignal {

  /** Beyond what a command takes by itself; the kubelet's patience ends before. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Thread command;
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

  private StopSignal(Thread command) {
    this.command = command;
  }

  /** Has a thread interrupted when the process is told to stop. */
  static StopSignal interrupting(Thread command) {
    StopSignal signal = new StopSignal(command);
    Runtime.getRuntime().addShutdownHook(new Thread(signal::processEnds, "stop-signal"));
    return signal;
  }

  /** Notes that the command is through, so that the end of the process interrupts nothing. */
  void commandEnded(int code) {
    exitCode.complete(code);
  }

  private void processEnds() {
    if (exitCode.isDone()) {
      return;
    }
    command.interrupt();
    try {
      // The JVM would report the signal, but a server that was told to stop, and did, is no
      // failure.
      Runtime.getRuntime().halt(exitCode.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return; // the JVM goes on to end
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
