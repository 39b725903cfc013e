package io.slicewise.discovery.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** IPv4 and IPv6 addresses as text, read without ever asking a name service. */
public final class IpLiteral {

  private IpLiteral() {}

  /** Whether the text is an IPv4 or IPv6 address. */
  public static boolean isValid(String text) {
    return bytes(text) != null;
  }

  /**
   * Returns the canonical text: dotted decimal without leading zeros (old Kubernetes objects hold
   * some), or RFC 5952 for IPv6; null where the text is no address.
   */
  public static @Nullable String canonical(String text) {
    byte[] bytes = bytes(text);
    if (bytes == null) {
      return null;
    }
    String canonical = bytes.length == 4 ? dotted(bytes) : rfc5952(bytes);
    return canonical.equals(text) ? text : canonical;
  }

  /**
   * Returns the address.
   *
   * @throws IllegalArgumentException if the text is no IP address
   */
  public static InetAddress toInetAddress(String text) {
    byte[] bytes = bytes(text);
    if (bytes == null) {
      throw new IllegalArgumentException("address: " + text + " (expected: an IP address)");
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("address: " + text + " (expected: an IP address)", e);
    }
  }

  /**
   * Returns the number that canonical dotted decimal stands for, the first part in the highest
   * byte; -1 for any other text.
   */
  static long canonicalIpv4(String text) {
    int length = text.length();
    if (length < 7 || length > 15) {
      return -1;
    }
    long number = 0;
    int value = -1;
    int dots = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit == '.' - '0' && value >= 0) {
        number = number << 8 | value;
        value = -1;
        dots++;
      } else if (digit >= 0 && digit <= 9 && value != 0 && value <= 25) {
        value = Math.max(value, 0) * 10 + digit;
        if (value > 255) {
          return -1;
        }
      } else {
        return -1; // no digit, a leading zero, too large, or two dots in a row
      }
    }
    return dots == 3 && value >= 0 ? number << 8 | value : -1;
  }

  /** Returns the canonical text of what {@link #canonicalIpv4} returned. */
  static String ipv4(int number) {
    return dotted(
        new byte[] {
          (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
        });
  }

  private static byte @Nullable [] bytes(String text) {
    return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
  }

  private static byte @Nullable [] ipv4(String text) {
    int length = text.length();
    if (length < 7) {
      return null;
    }
    byte[] bytes = new byte[4];
    int part = 0;
    int value = -1;
    for (int i = 0; i <= length; i++) {
      char c = i == length ? '.' : text.charAt(i);
      if (c == '.') {
        if (value < 0 || part == 4) {
          return null;
        }
        bytes[part++] = (byte) value;
        value = -1;
      } else if (c >= '0' && c <= '9') {
        value = Math.max(value, 0) * 10 + (c - '0');
        if (value > 255) {
          return null;
        }
      } else {
        return null;
      }
    }
    return part == 4 ? bytes : null;
  }

  private static byte @Nullable [] ipv6(String text) {
    if (text.charAt(0) == '.') {
      return null; // the JDK would ask a name service
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean legal = c == ':' || c == '.' || Character.digit(c, 16) >= 0 && c < 128;
      if (!legal) {
        return null; // a zone id or a bracket: legal for the JDK, not in a slice
      }
    }
    try {
      return InetAddress.getByName(text).getAddress(); // a colon: always read as a literal
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static String dotted(byte[] bytes) {
    return (bytes[0] & 255)
        + "."
        + (bytes[1] & 255)
        + "."
        + (bytes[2] & 255)
        + "."
        + (bytes[3] & 255);
  }

  private static String rfc5952(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 255) << 8 | bytes[2 * i + 1] & 255;
    }
    int bestStart = -1;
    int bestLength = 1; // a single zero group is never shortened
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > bestLength) {
        bestStart = i;
        bestLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        text.append("::");
        i += bestLength - 1;
        continue;
      }
      if (i > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
