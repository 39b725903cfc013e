package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceRequest.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Any bytes as a watch, a list or a Status. Whatever they are, the decoder throws nothing but
 * {@link UndecodableException}; it refuses what Jackson refuses and reads the rest as {@link
 * PlainReading} does; and having seen the same bytes before, or getting them in other pieces,
 * changes nothing.
 *
 * <p>The first byte of an input says what it is, the second how the bytes arrive.
 */
public final class SliceDecoderFuzz {

  private static final int DEEPEST = 200; // of the decoder; Jackson goes deeper

  private SliceDecoderFuzz() {}

  /** What a decoder made of an input. */
  private record Reading(List<String> said, String end) {}

  private interface Decoding {
    String decode(InputStream in, Consumer<SliceEvent> events) throws IOException;
  }

  /** One execution; the name is Jazzer's. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    boolean metadataOnly = (input[0] & 4) != 0;
    SliceDecoder decoder = new SliceDecoder(metadataOnly ? Content.METADATA : Content.SLICES);
    switch (input[0] & 3) {
      case 0, 1 -> watch(decoder, input, metadataOnly);
      case 2 -> list(decoder, input, metadataOnly);
      default -> status(decoder, input);
    }
  }

  private static void watch(SliceDecoder decoder, byte[] input, boolean metadataOnly) {
    Decoding decoding =
        (in, events) -> {
          new WatchLines(decoder, type -> {}, SliceDecoder.LARGEST_EVENT).read(in, events);
          return "end";
        };
    Reading whole = read(decoding, new ByteArrayInputStream(input, 2, input.length - 2));
    same(whole, read(decoding, new Pieces(input)), "in pieces, by a decoder that has seen it");
    List<String> expected = new ArrayList<>();
    for (int from = 2; from < input.length; ) {
      int to = from;
      while (to < input.length && input[to] != '\n') {
        to++;
      }
      if (!blank(input, from, to)) {
        JsonTree tree;
        try {
          tree = JsonTree.parse(input, from, to, true);
          if (!tree.unique() || tree.depth() > DEEPEST) {
            return; // not defined
          }
          String event = PlainReading.event(tree.value(), metadataOnly);
          if (event != null) {
            expected.add(event);
          }
        } catch (IOException e) {
          if (!JsonTree.isJacksonsOwn(e)) {
            same(new Reading(expected, "refused"), whole, "than a plain reading");
          }
          return;
        } catch (PlainReading.Refused e) {
          same(new Reading(expected, "refused"), whole, "than a plain reading");
          return;
        }
      }
      from = to + 1;
    }
    same(new Reading(expected, "end"), whole, "than a plain reading");
  }

  private static void list(SliceDecoder decoder, byte[] input, boolean metadataOnly) {
    Decoding decoding =
        (in, items) -> {
          ExchangeEnd end = decoder.decodeList(in, items);
          return end.resourceVersion() + " " + end.continueToken();
        };
    Reading whole = read(decoding, new ByteArrayInputStream(input, 2, input.length - 2));
    same(whole, read(decoding, new Pieces(input)), "in pieces, by a decoder that has seen it");
    JsonTree tree;
    try {
      tree = JsonTree.parse(input, 2, input.length, false);
    } catch (IOException e) {
      boolean refused = whole.end.equals("refused") || JsonTree.isJacksonsOwn(e);
      check(refused, "read what is no JSON", whole);
      return;
    }
    if (!tree.unique() || tree.depth() > DEEPEST) {
      return;
    }
    Map<String, Object> list = JsonTree.object(tree.value());
    List<String> expected = new ArrayList<>();
    Map<String, Object> metadata = JsonTree.object(list.get("metadata"));
    String version = JsonTree.text(metadata.get("resourceVersion"));
    String token = JsonTree.text(metadata.get("continue"));
    String end = version.isEmpty() ? "refused" : version + " " + (token.isEmpty() ? null : token);
    try {
      for (Object item : JsonTree.list(list.get("items"))) {
        expected.add("ADDED " + PlainReading.slice(JsonTree.object(item), metadataOnly));
      }
    } catch (PlainReading.Refused e) {
      end = "refused";
    }
    same(new Reading(expected, end), whole, "than a plain reading");
  }

  private static void status(SliceDecoder decoder, byte[] input) {
    int httpCode = input[1] & 1023;
    ApiStatus status = decoder.decodeStatus(input, 2, input.length - 2, httpCode);
    String found = status == null ? null : PlainReading.status(status);
    String expected = null;
    try {
      JsonTree tree = JsonTree.parse(input, 2, input.length, true);
      if (!tree.unique() || tree.depth() > DEEPEST) {
        return;
      }
      Map<String, Object> object = JsonTree.object(tree.value());
      if ("Status".equals(object.get("kind"))) {
        expected = PlainReading.status(object, httpCode);
      }
    } catch (IOException e) {
      if (JsonTree.isJacksonsOwn(e)) {
        return;
      }
    }
    check(Objects.equals(expected, found), "expected: " + expected + "\nfound: ", found);
  }

  private static Reading read(Decoding decoding, InputStream in) {
    List<String> said = new ArrayList<>();
    String end;
    try {
      end = decoding.decode(in, event -> said.add(PlainReading.event(event)));
    } catch (UndecodableException e) {
      check(String.valueOf(e.getMessage()).length() < 1_000, "long message", e.getMessage());
      end = "refused";
    } catch (IOException e) {
      throw new AssertionError("nothing else is thrown", e);
    }
    return new Reading(said, end);
  }

  private static boolean blank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0 || bytes[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  private static void same(Reading expected, Reading found, String what) {
    if (!expected.equals(found)) {
      throw new AssertionError(
          "read differently " + what + "\nexpected: " + expected + "\nfound: " + found);
    }
  }

  private static void check(boolean right, String what, Object found) {
    if (!right) {
      throw new AssertionError(what + ": " + found);
    }
  }

  /** The bytes behind the first two, in pieces whose lengths follow from the second. */
  private static final class Pieces extends InputStream {
    private final byte[] bytes;
    private final SplittableRandom lengths;
    private final int most;
    private int position = 2;

    Pieces(byte[] bytes) {
      this.bytes = bytes;
      this.lengths = new SplittableRandom(bytes[1]);
      this.most = 1 + (bytes[1] & 63);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("byte by byte");
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (position == bytes.length) {
        return -1;
      }
      int some = Math.min(Math.min(length, 1 + lengths.nextInt(most)), bytes.length - position);
      System.arraycopy(bytes, position, into, offset, some);
      position += some;
      return some;
    }
  }
}
