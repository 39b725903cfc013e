package io.slicewise.discovery.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Inputs made from others: cut, turned over, grown, and crossed with one another. */
final class Mutations {

  private static final List<String> WORDS =
      List.of(
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "\"\"",
          "\"",
          "\\",
          "\\u00e9",
          "\\ud800",
          ",",
          ":",
          "{",
          "}",
          "[",
          "]",
          "\n",
          "0",
          "-1",
          "1e9",
          "65536",
          "99999999999",
          ".",
          "/",
          "//",
          "svc",
          "::",
          "10.0.0.1",
          "ADDED",
          "DELETED",
          "\u00e9",
          "@L",
          "@C");

  private final SplittableRandom random;
  private final List<byte[]> corpus;

  Mutations(long seed, List<byte[]> corpus) {
    this.random = new SplittableRandom(seed);
    this.corpus = corpus;
  }

  /** Returns the next input: a member of the corpus, changed in one to eight places. */
  byte[] next() {
    byte[] input = any();
    for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
      input = changed(input);
    }
    return input;
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] changed(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + random.nextInt(16));
    switch (random.nextInt(8)) {
      case 0 -> {
        return Arrays.copyOf(input, at);
      }
      case 1 -> {
        return replaced(input, at, to, new byte[0]);
      }
      case 2 -> {
        byte[] other = any();
        int from = random.nextInt(other.length + 1);
        int end = Math.min(other.length, from + random.nextInt(64));
        return replaced(input, at, to, Arrays.copyOfRange(other, from, end));
      }
      case 3 -> {
        return replaced(input, at, at, Arrays.copyOfRange(input, at, to)); // twice
      }
      case 4, 5 -> {
        String word = WORDS.get(random.nextInt(WORDS.size()));
        int end = random.nextBoolean() ? at : to;
        return replaced(input, at, end, word.getBytes(StandardCharsets.UTF_8));
      }
      default -> {
        byte[] turned = input.clone();
        if (at < turned.length) {
          turned[at] =
              random.nextBoolean()
                  ? (byte) (turned[at] ^ 1 << random.nextInt(8))
                  : (byte) random.nextInt(256);
        }
        return turned;
      }
    }
  }

  private static byte[] replaced(byte[] input, int from, int to, byte[] by) {
    byte[] result = Arrays.copyOf(input, input.length - (to - from) + by.length);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(input, to, result, from + by.length, input.length - to);
    return result;
  }
}
