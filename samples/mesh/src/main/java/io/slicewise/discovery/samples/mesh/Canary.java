package io.slicewise.discovery.samples.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.policy.EndpointFilter;
import java.util.zip.CRC32;

/**
 * A part of a Service's endpoints, told by a label of their slices, and the share of the calls that
 * goes there; none to begin with. Thread safe.
 *
 * <p>Calls are told apart by a key, a customer's number, say: the same key always means the same
 * side, in every process, and a larger share only adds keys. Keys that are random make it a share
 * of the calls.
 */
public final class Canary {

  private static final double HASHES = 1L << 32;

  private final String label;
  private final String value;
  private volatile double share;

  /**
   * Creates one that gets no calls yet.
   *
   * @param label the label of the canary's slices, such as {@code mesh.example/track}
   * @param value its value there, such as {@code canary}
   */
  public Canary(String label, String value) {
    this.label = requireNonNull(label, "label");
    this.value = requireNonNull(value, "value");
  }

  /** Sets how much of all keys goes to the canary, 0 to 1. */
  public void share(double newShare) {
    if (!(newShare >= 0 && newShare <= 1)) {
      throw new IllegalArgumentException("newShare: " + newShare + " (expected: 0 to 1)");
    }
    share = newShare;
  }

  /** How much of all keys goes to the canary. */
  public double share() {
    return share;
  }

  /** Whether the calls of a key go to the canary. */
  public boolean takes(String key) {
    CRC32 hash = new CRC32(); // the same in any language
    hash.update(key.getBytes(UTF_8));
    return hash.getValue() / HASHES < share;
  }

  /** The canary's endpoints. */
  public EndpointFilter endpoints() {
    return (endpoint, slice) -> value.equals(slice.labels().get(label));
  }

  /** All the others. */
  public EndpointFilter others() {
    return (endpoint, slice) -> !value.equals(slice.labels().get(label));
  }
}
