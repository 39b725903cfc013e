package io.slicewise.discovery.model;

import org.jspecify.annotations.Nullable;

/**
 * Which port of a Service is meant: a port name or a target port number.
 *
 * @param name the port's name, empty for an unnamed port, or null where a number is given
 * @param number the target port, 1 to 65535, or 0 where a name is given
 */
public record PortSelector(@Nullable String name, int number) {

  public PortSelector {
    if (name == null && (number < 1 || number > 65_535)) {
      throw new IllegalArgumentException("port: " + number + " (expected: 1 to 65535)");
    }
    if (name != null && (number != 0 || !(name.isEmpty() || ServiceTarget.isName(name)))) {
      throw new IllegalArgumentException(
          "port: " + name + " (expected: a port name such as grpc, or a number)");
    }
  }

  /**
   * Reads a port: digits are a target port, anything else a name.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static PortSelector parse(String text) {
    if (isNumber(text)) {
      return new PortSelector(null, text.length() > 5 ? 65_536 : Integer.parseInt(text));
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "port: '' (expected: a port name such as grpc, or a number)");
    }
    return new PortSelector(text, 0);
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Returns the selector of a port name, empty for the port that has none. */
  public static PortSelector named(String name) {
    return new PortSelector(name, 0);
  }

  /** Whether the selector means this port of a slice; a port without a number is none. */
  public boolean matches(SlicePort port) {
    return name != null ? name.equals(port.name()) : number == port.number();
  }

  /** Returns the name or the number. */
  @Override
  public String toString() {
    return name != null ? name : Integer.toString(number);
  }
}
