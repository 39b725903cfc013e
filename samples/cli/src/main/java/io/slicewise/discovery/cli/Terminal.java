package io.slicewise.discovery.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Console;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is known of the terminal that this process writes to. */
final class Terminal {

  /** How much it shows. */
  record Size(int rows, int columns) {

    /** What terminals have always had at least. */
    static final Size USUAL = new Size(24, 80);
  }

  private static final Pattern ROWS_AND_COLUMNS =
      Pattern.compile("([1-9][0-9]{0,3}) ([1-9][0-9]{0,3})\\s*");

  private Terminal() {}

  /** Whether standard input and output are a terminal that understands escape sequences. */
  @SuppressWarnings("SystemConsoleNull") // null is not all that is asked, see isTerminal
  static boolean isPresent() {
    String type = System.getenv("TERM");
    Console console = System.console();
    return console != null && isTerminal(console) && type != null && !type.equals("dumb");
  }

  /** From Java 22 on there may be a console without a terminal, and a method that tells. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean)
          MethodHandles.publicLookup()
              .findVirtual(Console.class, "isTerminal", MethodType.methodType(boolean.class))
              .invoke(console);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return true; // before Java 22 a console is a terminal
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks for the size; the usual one where nobody answers. */
  static Size size() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), US_ASCII);
      boolean ended = stty.waitFor(1, TimeUnit.SECONDS);
      Matcher matcher = ROWS_AND_COLUMNS.matcher(answer);
      return ended && matcher.matches()
          ? new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
          : Size.USUAL;
    } catch (IOException e) {
      return Size.USUAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Size.USUAL;
    }
  }
}
