package io.slicewise.discovery.samples.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Who answers, as it says itself.
 *
 * @param name of the pod, empty if it does not know, as the others
 */
record Pod(String name, String zone, String node) {

  private static final List<String> KEYS = List.of("pod: ", "zone: ", "node: ");

  /** The body of an answer: three lines. */
  String text() {
    return "pod: " + name + "\nzone: " + zone + "\nnode: " + node + "\n";
  }

  /**
   * Reads the body of an answer.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Pod parse(String text) {
    List<String> values = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < KEYS.size(); i++) {
      String key = KEYS.get(i);
      if (lines.size() <= i || !lines.get(i).startsWith(key)) {
        throw new IllegalArgumentException("answer: " + text + " (expected: pod, zone and node)");
      }
      values.add(lines.get(i).substring(key.length()));
    }
    return new Pod(values.get(0), values.get(1), values.get(2));
  }
}
