package io.slicewise.discovery.cli;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What discovery logs while a command runs, a line each. It stands in for the handlers of the
 * platform's logging, whose records take two lines, and puts them back when it is closed.
 */
final class LogLines implements AutoCloseable {

  private final Logger root = Logger.getLogger("");
  private final Logger ours = Logger.getLogger("io.slicewise");
  private final Handler[] replaced = root.getHandlers();
  private final Handler lines;

  /**
   * Begins.
   *
   * @param sink takes each line; called on any thread
   * @param verbose whether to show everything that discovery logs, or only warnings
   */
  LogLines(Consumer<String> sink, boolean verbose) {
    lines = new Lines(sink);
    lines.setLevel(verbose ? Level.ALL : Level.WARNING);
    ours.setLevel(verbose ? Level.ALL : null);
    for (Handler handler : replaced) {
      root.removeHandler(handler);
    }
    root.addHandler(lines);
  }

  @Override
  public void close() {
    root.removeHandler(lines);
    for (Handler handler : replaced) {
      root.addHandler(handler);
    }
    ours.setLevel(null);
  }

  private static final class Lines extends Handler {

    private final Consumer<String> sink;

    Lines(Consumer<String> sink) {
      this.sink = sink;
      setFormatter(new SimpleFormatter());
    }

    @Override
    public void publish(LogRecord record) {
      if (isLoggable(record)) {
        Throwable thrown = record.getThrown();
        sink.accept(
            label(record.getLevel())
                + ": "
                + getFormatter().formatMessage(record).replaceAll("\\s+", " ")
                + (thrown == null ? "" : ": " + thrown));
      }
    }

    private static String label(Level level) {
      if (level.intValue() >= Level.SEVERE.intValue()) {
        return "error";
      }
      if (level.intValue() >= Level.WARNING.intValue()) {
        return "warning";
      }
      return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
