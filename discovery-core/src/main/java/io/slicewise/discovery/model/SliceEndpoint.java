package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as a slice lists it: an address without a port. Immutable.
 *
 * <p>There is one for each endpoint of every Service that is followed, so it is kept small: an IPv4
 * address is four bytes, a pod's UID sixteen, and of a pod's name only its end is its own. {@link
 * #address()} and {@link #pod()} make their text when they are asked for it.
 */
public final class SliceEndpoint {

  private final @Nullable String text; // the address, null for the IPv4 address below
  private final int ipv4;
  private final Conditions conditions;
  private final @Nullable String hostname;
  private final @Nullable String node;
  private final @Nullable String zone;
  private final @Nullable String podStem;
  private final long podTail;
  private final long podUidHigh;
  private final long podUidLow;
  private final Hints hints;

  /**
   * Creates an endpoint.
   *
   * @param address the first address, canonical text; Kubernetes defines no meaning for the others
   * @param conditions the conditions, nil resolved
   * @param hostname the pod's stable host name (StatefulSets behind a headless Service)
   * @param node the node it runs on
   * @param zone the zone of that node
   * @param pod the pod's name
   * @param podUidHigh the upper half of the pod's UID; both halves 0 where there is no UID
   * @param podUidLow the lower half of the pod's UID
   * @param hints the topology hints
   */
  public SliceEndpoint(
      String address,
      Conditions conditions,
      @Nullable String hostname,
      @Nullable String node,
      @Nullable String zone,
      @Nullable String pod,
      long podUidHigh,
      long podUidLow,
      Hints hints) {
    this(
        pod == null ? null : PodName.of(pod),
        address,
        conditions,
        hostname,
        node,
        zone,
        podUidHigh,
        podUidLow,
        hints);
  }

  private SliceEndpoint(
      @Nullable PodName pod,
      String address,
      Conditions conditions,
      @Nullable String hostname,
      @Nullable String node,
      @Nullable String zone,
      long podUidHigh,
      long podUidLow,
      Hints hints) {
    long number = IpLiteral.canonicalIpv4(address);
    this.text = number < 0 ? address : null;
    this.ipv4 = (int) number;
    this.conditions = requireNonNull(conditions, "conditions");
    this.hostname = hostname;
    this.node = node;
    this.zone = zone;
    this.podStem = pod == null ? null : pod.stem();
    this.podTail = pod == null ? 0 : pod.tail();
    this.podUidHigh = podUidHigh;
    this.podUidLow = podUidLow;
    this.hints = requireNonNull(hints, "hints");
  }

  /**
   * Returns an endpoint as the constructor makes it, of a pod whose name is in parts already: their
   * stem may be shared.
   */
  public static SliceEndpoint of(
      @Nullable PodName pod,
      String address,
      Conditions conditions,
      @Nullable String hostname,
      @Nullable String node,
      @Nullable String zone,
      long podUidHigh,
      long podUidLow,
      Hints hints) {
    return new SliceEndpoint(
        pod, address, conditions, hostname, node, zone, podUidHigh, podUidLow, hints);
  }

  /** The first address, canonical text. */
  public String address() {
    return text == null ? IpLiteral.ipv4(ipv4) : text;
  }

  /** The conditions, nil resolved. */
  public Conditions conditions() {
    return conditions;
  }

  /** The pod's stable host name, or null. */
  public @Nullable String hostname() {
    return hostname;
  }

  /** The node it runs on, or null. */
  public @Nullable String node() {
    return node;
  }

  /** The zone of that node, or null. */
  public @Nullable String zone() {
    return zone;
  }

  /** The pod's name, or null. */
  public @Nullable String pod() {
    return PodName.join(podStem, podTail);
  }

  /** The pod's UID, or null where the slice names none. */
  public @Nullable UUID podUid() {
    return (podUidHigh | podUidLow) == 0 ? null : new UUID(podUidHigh, podUidLow);
  }

  /** The upper half of the pod's UID, see {@link #podUid()}. */
  public long podUidHigh() {
    return podUidHigh;
  }

  /** The lower half of the pod's UID, see {@link #podUid()}. */
  public long podUidLow() {
    return podUidLow;
  }

  /** The topology hints. */
  public Hints hints() {
    return hints;
  }

  /** Whether the address is an IP address. */
  boolean isIp() {
    return text == null || IpLiteral.isValid(text);
  }

  boolean sameAddress(SliceEndpoint other) {
    return ipv4 == other.ipv4 && Objects.equals(text, other.text);
  }

  boolean samePod(SliceEndpoint other) {
    return podUidHigh == other.podUidHigh && podUidLow == other.podUidLow;
  }

  /** Whether its pod has this name; makes no text. */
  boolean isNamed(String name) {
    return podStem != null
        && name.startsWith(podStem)
        && podStem.length() == PodName.stemLength(name)
        && podTail == PodName.tail(name, podStem.length());
  }

  /** Whether it names a pod at all. */
  boolean hasPodName() {
    return podStem != null;
  }

  /** Returns a hash of the address. */
  int addressHash() {
    return text == null ? ipv4 : text.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o == this
        || (o instanceof SliceEndpoint other
            && sameAddress(other)
            && samePod(other)
            && conditions.equals(other.conditions)
            && Objects.equals(node, other.node)
            && Objects.equals(zone, other.zone)
            && podTail == other.podTail
            && Objects.equals(podStem, other.podStem)
            && Objects.equals(hostname, other.hostname)
            && hints.equals(other.hints));
  }

  @Override
  public int hashCode() {
    return 31 * addressHash() + Long.hashCode(podUidLow);
  }

  /** Returns all of it, for logs. */
  @Override
  public String toString() {
    return "SliceEndpoint[address="
        + address()
        + ", conditions="
        + conditions
        + ", hostname="
        + hostname
        + ", node="
        + node
        + ", zone="
        + zone
        + ", pod="
        + pod()
        + ", podUid="
        + podUid()
        + ", hints="
        + hints
        + "]";
  }
}
