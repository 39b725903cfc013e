package io.slicewise.discovery.model;

/**
 * The order of resourceVersions of one resource type: decimal integers of any length (KEP-5504,
 * stable in Kubernetes 1.35).
 */
public final class ResourceVersions {

  private ResourceVersions() {}

  /** Whether the text is a decimal integer without leading zeros, which alone has an order. */
  public static boolean isOrdered(String version) {
    if (version.isEmpty() || version.charAt(0) == '0') {
      return false;
    }
    for (int i = 0; i < version.length(); i++) {
      char c = version.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether {@code a} is certainly older than {@code b}; false where either is opaque, so that a
   * server with other versions is believed as it speaks.
   */
  public static boolean isOlder(String a, String b) {
    return isOrdered(a) && isOrdered(b) && compareOrdered(a, b) < 0;
  }

  /** Returns the older of two versions, {@code a} where they have no order. */
  public static String min(String a, String b) {
    return isOlder(b, a) ? b : a;
  }

  /** Returns the newer of two versions, {@code b} where they have no order. */
  public static String max(String a, String b) {
    return isOlder(b, a) ? a : b;
  }

  private static int compareOrdered(String a, String b) {
    return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
  }
}
