package io.slicewise.discovery.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place to send a call to: one address and port of a Service, with what the cluster says of it.
 * Immutable but for its {@link #load()}, thread safe.
 *
 * <p>Two endpoints are equal when they are the same place and the same pod (address, port and pod
 * UID), whatever their conditions; {@link #sameContent} compares the rest. The {@link #load()}
 * belongs to that identity and is handed from one version of the endpoint to the next.
 */
public final class Endpoint implements Loaded {

  private static final AddressType[] ADDRESS_TYPES = AddressType.values();
  private static final VarHandle LOAD;

  static {
    try {
      LOAD = MethodHandles.lookup().findVarHandle(Endpoint.class, "load", EndpointLoad.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SliceEndpoint source;
  private volatile @Nullable EndpointLoad load;
  private final char port;
  private final byte type;
  private final boolean readable;

  private Endpoint(SliceEndpoint source, AddressType type, int port, @Nullable EndpointLoad load) {
    this.source = source;
    this.type = (byte) type.ordinal();
    this.port = (char) port;
    this.load = load;
    this.readable = type == AddressType.FQDN || (type != AddressType.UNKNOWN && source.isIp());
  }

  /**
   * Returns an endpoint that was not known before.
   *
   * @param port the target port, 1 to 65535, or 0 where its slice has no port for the target
   */
  public static Endpoint of(SliceEndpoint source, AddressType type, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
    return new Endpoint(source, type, port, null);
  }

  /**
   * Returns this endpoint with newer content and the same load, which is made now if need be: who
   * holds the older one may call it still. The identity must be the same.
   */
  public Endpoint withContent(SliceEndpoint newer, AddressType newerType) {
    return new Endpoint(newer, newerType, port, load());
  }

  /**
   * The address: canonical IPv4 or IPv6 text, or a host name for {@link AddressType#FQDN}. Made
   * anew each time for IPv4.
   */
  public String address() {
    return source.address();
  }

  /** The kind of the address. */
  public AddressType addressType() {
    return ADDRESS_TYPES[type];
  }

  /** Whether the address is what its type says; nothing else can be called. */
  public boolean isReadable() {
    return readable;
  }

  /** The target port, or 0 where the endpoint's slice has none for this target. */
  public int port() {
    return port;
  }

  /** The zone, {@code topology.kubernetes.io/zone} of its node, or null where unknown. */
  public @Nullable String zone() {
    return source.zone();
  }

  /** The node it runs on, or null where unknown. */
  public @Nullable String node() {
    return source.node();
  }

  /** The pod's name, or null for an address that is no pod's. Made anew each time. */
  public @Nullable String pod() {
    return source.pod();
  }

  /** The pod's UID, or null for an address that is no pod's. */
  public @Nullable UUID podUid() {
    return source.podUid();
  }

  /** The pod's stable host name (StatefulSets), or null. */
  public @Nullable String hostname() {
    return source.hostname();
  }

  /** Its conditions, nil resolved. */
  public Conditions conditions() {
    return source.conditions();
  }

  /** Its topology hints. */
  public Hints hints() {
    return source.hints();
  }

  /**
   * The calls in flight to it from this process. Made when it is asked for, which is at the first
   * call or change: most endpoints of a large Service are never called by one process.
   */
  public EndpointLoad load() {
    EndpointLoad now = load;
    if (now == null) {
      EndpointLoad made = new EndpointLoad();
      EndpointLoad raced = (EndpointLoad) LOAD.compareAndExchange(this, null, made);
      now = raced == null ? made : raced;
    }
    return now;
  }

  /** The number of calls in flight to it from this process; makes nothing. */
  @Override
  public int inFlight() {
    EndpointLoad now = load;
    return now == null ? 0 : now.inFlight();
  }

  /** The number of calls that were ever started to it, see {@link EndpointLoad#started()}. */
  public long started() {
    EndpointLoad now = load;
    return now == null ? 0 : now.started();
  }

  /** Ends an age of its calls, if it ever had any; see {@link EndpointLoad#endAge()}. */
  public void endAge() {
    EndpointLoad now = load;
    if (now != null) {
      now.endAge();
    }
  }

  /** The endpoint as its slice lists it. */
  public SliceEndpoint source() {
    return source;
  }

  /** Returns {@code address:port}, an IPv6 address in brackets, as it stands in a URI. */
  public String authority() {
    return addressType() == AddressType.IPV6
        ? "[" + address() + "]:" + (int) port
        : address() + ":" + (int) port;
  }

  /**
   * Returns the socket address. IP addresses are resolved without a name service; a host name
   * ({@link AddressType#FQDN}) is left unresolved for the caller's own resolver.
   */
  public InetSocketAddress socketAddress() {
    if (addressType() == AddressType.FQDN || !readable) {
      return InetSocketAddress.createUnresolved(address(), port);
    }
    return new InetSocketAddress(IpLiteral.toInetAddress(address()), port);
  }

  /** Whether the other endpoint says the same in every respect; identity alone is not enough. */
  public boolean sameContent(Endpoint other) {
    return this == other
        || (port == other.port && type == other.type && source.equals(other.source));
  }

  /** Whether address and port are the same, whichever pod is there. */
  public boolean samePlace(Endpoint other) {
    return port == other.port && source.sameAddress(other.source);
  }

  /** Whether this is what a slice lists, at a port: the same place and the same pod. */
  public boolean isAt(SliceEndpoint listed, int number) {
    return port == number && source.sameAddress(listed) && source.samePod(listed);
  }

  /** Returns a hash of the place, the same for all endpoints of which {@link #samePlace} holds. */
  public int placeHash() {
    return placeHash(source, port);
  }

  /** Returns the {@link #placeHash()} of an endpoint at this place. */
  public static int placeHash(SliceEndpoint source, int port) {
    return 31 * source.addressHash() + port;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o == this
        || (o instanceof Endpoint other && samePlace(other) && source.samePod(other.source));
  }

  @Override
  public int hashCode() {
    return placeHash();
  }

  /** Returns the authority and the pod, for logs. */
  @Override
  public String toString() {
    return pod() == null ? authority() : authority() + " (" + pod() + ")";
  }
}
