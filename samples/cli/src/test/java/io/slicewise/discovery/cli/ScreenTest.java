package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {

  private static final String UP_TWO_AND_CLEAR = "\u001b[2A\r\u001b[J";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Screen screen(int rows, int columns) {
    return new Screen(
        new PrintWriter(out), new PrintWriter(err), () -> new Terminal.Size(rows, columns));
  }

  @Test
  void aBlockReplacesTheLastInPlace() {
    Screen screen = screen(24, 80);
    screen.show(List.of("one", "two"));
    screen.show(List.of("three"));

    assertThat(text(out)).isEqualTo("one\ntwo\n" + UP_TWO_AND_CLEAR + "three\n");
  }

  @Test
  void aNoteStaysAboveTheBlock() {
    Screen screen = screen(24, 80);
    screen.show(List.of("one", "two"));
    screen.note("warning");

    assertThat(text(out)).isEqualTo("one\ntwo\n" + UP_TWO_AND_CLEAR + "one\ntwo\n");
    assertThat(text(err)).isEqualTo("warning\n");
  }

  @Test
  void longLinesAreFoldedAndCountAsTheRowsTheyTake() {
    Screen screen = screen(24, 4);
    screen.show(List.of("123456"));
    screen.show(List.of("", "a"));

    assertThat(text(out)).isEqualTo("1234\n56\n" + UP_TWO_AND_CLEAR + "\na\n");
  }

  @Test
  void whatDoesNotFitIsCounted() {
    screen(4, 80).show(List.of("a", "b", "c", "d", "e"));

    assertThat(text(out)).isEqualTo("a\nb\n... 3 more\n");
  }

  private static String text(StringWriter writer) {
    return writer.toString().replace(System.lineSeparator(), "\n");
  }
}
