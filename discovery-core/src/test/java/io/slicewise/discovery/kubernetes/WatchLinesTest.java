package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.source.SliceEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A byte stream as events, however it is cut into reads. */
class WatchLinesTest {

  private static final String THREE_LINES =
      WireSamples.ADDED + "\n" + WireSamples.PLACEHOLDER + "\n" + WireSamples.BOOKMARK + "\n";

  private final List<SliceEvent> events = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();

  @Test
  void readsTheSameEventsFromReadsOfAnySize() throws Exception {
    read(THREE_LINES);
    List<SliceEvent> expected = List.copyOf(events);

    assertThat(expected).hasSize(3);
    for (int size = 1; size <= THREE_LINES.length(); size++) {
      events.clear();
      lines(1 << 20).read(chunks(THREE_LINES, size), events::add);
      assertThat(events).as("reads of %d bytes", size).isEqualTo(expected);
    }
  }

  @Test
  void deliversAnEventBeforeTheNextOneIsComplete() throws Exception {
    String text = WireSamples.BOOKMARK + "\n" + WireSamples.ADDED;
    List<Integer> eventsAtRead = new ArrayList<>();
    InputStream in =
        new ByteArrayInputStream(text.getBytes(UTF_8)) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            eventsAtRead.add(events.size());
            return super.read(buffer, offset, Math.min(length, WireSamples.BOOKMARK.length() + 2));
          }
        };

    lines(1 << 20).read(in, events::add);

    assertThat(eventsAtRead.subList(0, 2)).containsExactly(0, 1);
  }

  @Test
  void ignoresBlankLines() throws Exception {
    read("\n \r\n" + WireSamples.BOOKMARK + "\r\n\n\t\n  ");

    assertThat(events).hasSize(1);
  }

  @Test
  void takesALastLineWithoutItsNewline() throws Exception {
    read(WireSamples.BOOKMARK + "\n" + WireSamples.DELETED);

    assertThat(events).hasSize(2);
  }

  @Test
  void refusesALastLineThatIsCutOff() {
    assertThatThrownBy(
            () -> read(WireSamples.BOOKMARK + "\n" + WireSamples.DELETED.substring(0, 90)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageStartingWith("stream cut off inside an event");
    assertThat(events).hasSize(1);
  }

  @Test
  void refusesAGarbledLineAndDeliversThoseBefore() {
    assertThatThrownBy(() -> read(WireSamples.BOOKMARK + "\n{garbled\n" + WireSamples.ADDED))
        .isInstanceOf(UndecodableException.class);
    assertThat(events).hasSize(1);
  }

  @Test
  void namesTypesItIgnores() throws Exception {
    read("{\"type\":\"LATER\",\"object\":{}}\n" + WireSamples.BOOKMARK);

    assertThat(ignored).containsExactly("LATER");
    assertThat(events).hasSize(1);
  }

  @Test
  void takesALineOfExactlyTheLimit() throws Exception {
    String line = paddedTo(300_000);

    lines(300_000).read(chunks(line + "\n" + line, 8192), events::add);

    assertThat(events).hasSize(2);
  }

  @Test
  void refusesALineAboveTheLimit() {
    String line = paddedTo(300_001);

    assertThatThrownBy(() -> lines(300_000).read(chunks(line + "\n", 8192), events::add))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("(expected: <= 300000)");
  }

  @Test
  void stopsReadingAStreamWithoutNewlinesAtTheLimit() {
    long[] handedOut = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("reads go by blocks");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            handedOut[0] += length;
            return length;
          }
        };

    assertThatThrownBy(() -> lines(SliceDecoder.LARGEST_EVENT).read(endless, events::add))
        .isInstanceOf(UndecodableException.class);
    assertThat(handedOut[0]).isEqualTo(SliceDecoder.LARGEST_EVENT + 1);
  }

  @Test
  void readsOnAfterALargeLine() throws Exception {
    String large = paddedTo(5 << 20);

    lines(SliceDecoder.LARGEST_EVENT)
        .read(chunks(large + "\n" + THREE_LINES + large + "\n" + THREE_LINES, 8192), events::add);

    assertThat(events).hasSize(8);
  }

  private static String paddedTo(int length) {
    String rest = "," + WireSamples.BOOKMARK.substring(1);
    String start = "{\"padding\":\"";
    return start + "x".repeat(length - start.length() - 1 - rest.length()) + "\"" + rest;
  }

  private void read(String text) throws IOException {
    lines(1 << 20).read(chunks(text, 8192), events::add);
  }

  private WatchLines lines(int largest) {
    return new WatchLines(new SliceDecoder(), ignored::add, largest);
  }

  private static InputStream chunks(String text, int size) {
    return new ByteArrayInputStream(text.getBytes(UTF_8)) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(length, size));
      }
    };
  }
}
