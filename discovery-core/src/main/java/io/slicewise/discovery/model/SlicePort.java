package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A port of a slice, valid for every endpoint of that slice.
 *
 * @param name the Service port's name; empty for a single unnamed port
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 * @param number the target port, 1 to 65535, or 0 where the slice leaves it out
 * @param appProtocol what is spoken there, such as {@code kubernetes.io/h2c}; null is unknown
 */
public record SlicePort(String name, String protocol, int number, @Nullable String appProtocol) {

  public SlicePort {
    requireNonNull(name, "name");
    requireNonNull(protocol, "protocol");
    if (number < 0 || number > 65_535) {
      throw new IllegalArgumentException("number: " + number + " (expected: 0 to 65535)");
    }
  }

  // By hand: every stream compares ports, and a record's own equals() is made at run time, the
  // first one of a JVM in 50 ms.
  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof SlicePort other
        && number == other.number
        && name.equals(other.name)
        && protocol.equals(other.protocol)
        && Objects.equals(appProtocol, other.appProtocol);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + protocol.hashCode()) + number;
  }
}
