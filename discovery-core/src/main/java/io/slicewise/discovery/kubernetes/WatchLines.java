package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.source.SliceEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a watch, one JSON object a line, read from its byte stream through one buffer that
 * grows with the longest line. Confined to one thread.
 */
final class WatchLines {

  private static final int INITIAL = 64 << 10;

  /** A buffer above this is given back after the line that needed it; few lines ever do. */
  private static final int RETAINED = 1 << 20;

  private final SliceDecoder decoder;
  private final Consumer<String> ignoredTypes;
  private final int largest;
  private byte[] buffer = new byte[INITIAL];

  /**
   * Creates a reader of lines.
   *
   * @param ignoredTypes hears the type of each event whose type is unknown
   * @param largest the largest line in bytes
   */
  WatchLines(SliceDecoder decoder, Consumer<String> ignoredTypes, int largest) {
    this.decoder = decoder;
    this.ignoredTypes = ignoredTypes;
    this.largest = largest;
  }

  /**
   * Reads until the stream ends.
   *
   * @throws UndecodableException if a line cannot be read, or the last one is cut off
   * @throws IOException if reading fails
   */
  void read(InputStream in, Consumer<SliceEvent> events) throws IOException {
    int start = 0; // of the line being gathered
    int end = 0; // of the bytes in the buffer
    while (true) {
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        lastLine(start, end, events);
        return;
      }
      int scan = end;
      end += read;
      for (int newline = indexOfNewline(scan, end); newline >= 0; ) {
        decode(start, newline, events);
        start = newline + 1;
        newline = indexOfNewline(start, end);
      }
      end = makeRoom(start, end);
      start = 0;
    }
  }

  private int indexOfNewline(int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Moves the unfinished line to the front, and returns where it ends there. */
  private int makeRoom(int start, int end) throws UndecodableException {
    int pending = end - start;
    if (pending > largest) {
      throw new UndecodableException(
          "event of more than " + pending + " bytes (expected: <= " + largest + ")");
    }
    if (start > 0 && buffer.length > RETAINED && pending <= INITIAL / 2) {
      byte[] small = new byte[INITIAL];
      System.arraycopy(buffer, start, small, 0, pending);
      buffer = small;
    } else if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, pending);
    }
    if (pending == buffer.length) {
      // One byte above the limit, so that a line of exactly that size still finds its newline.
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, largest + 1L));
    }
    return pending;
  }

  private void lastLine(int start, int end, Consumer<SliceEvent> events)
      throws UndecodableException {
    try {
      decode(start, end, events);
    } catch (UndecodableException e) {
      throw new UndecodableException("stream cut off inside an event: " + e.getMessage(), e);
    }
  }

  private void decode(int start, int end, Consumer<SliceEvent> events) throws UndecodableException {
    if (isBlank(start, end)) {
      return;
    }
    @Nullable SliceEvent event = decoder.decodeEvent(buffer, start, end - start);
    if (event != null) {
      events.accept(event);
      return;
    }
    String type = decoder.ignoredType();
    if (type != null) {
      ignoredTypes.accept(type);
    }
  }

  private boolean isBlank(int start, int end) {
    for (int i = start; i < end; i++) {
      if (buffer[i] > ' ' || buffer[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
