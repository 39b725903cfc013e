package io.slicewise.discovery.samples.spring;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the demo is to be played.
 *
 * @param seconds how long, 5 to 600
 * @param port where the caller listens, 0 for any port
 * @param problem what is wrong with the arguments, or null
 */
record DemoArguments(int seconds, int port, @Nullable String problem) {

  static DemoArguments parse(String[] args, PrintStream err) {
    int seconds = 15;
    int port = 0;
    String problem = null;
    for (int i = 0; i < args.length && problem == null; i += 2) {
      int value = i + 1 < args.length ? number(args[i + 1]) : -1;
      if (args[i].equals("--seconds") && value >= 5 && value <= 600) {
        seconds = value;
      } else if (args[i].equals("--port") && value >= 0 && value <= 65_535) {
        port = value;
      } else {
        String given = i + 1 < args.length ? args[i] + " " + args[i + 1] : args[i];
        problem = given + " (expected: --seconds 5 to 600, --port 0 to 65535)";
        err.println("demo: " + problem);
      }
    }
    return new DemoArguments(seconds, port, problem);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Plays it; returns the exit code of the process. */
  int run(PrintStream out) throws Exception {
    if (problem != null) {
      return 2;
    }
    return new Demo(Duration.ofSeconds(seconds), port, out).play() == 0 ? 0 : 1;
  }
}
