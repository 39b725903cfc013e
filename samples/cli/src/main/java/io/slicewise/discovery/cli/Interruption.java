package io.slicewise.discovery.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns Ctrl-C and SIGTERM into an interrupt of the thread that runs the command, and lets it clean
 * up and choose the exit code. A command that does not end within five seconds is left behind.
 */
final class Interruption {

  private static final int SECONDS_TO_CLEAN_UP = 5;

  private final Thread command;
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

  private Interruption(Thread command) {
    this.command = command;
  }

  static Interruption of(Thread command) {
    Interruption interruption = new Interruption(command);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(interruption::processEnds, "slicewise-interruption"));
    return interruption;
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
      // The JVM would report the signal. To end a watch by Ctrl-C is no failure.
      Runtime.getRuntime().halt(exitCode.get(SECONDS_TO_CLEAN_UP, TimeUnit.SECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return; // nothing more can be done; the JVM goes on to end
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
