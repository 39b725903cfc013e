package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Status;
import io.slicewise.discovery.balance.CallListener;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One endpoint and the connection to it. Confined to the sync context, but for {@link #probe}. */
final class Backend {

  private static final double LEAST_WEIGHT = 0.001;
  private static final double MOST_WEIGHT = 1_000;

  private final Subchannel subchannel;
  private final CallListener listener;
  private boolean failOnDeadline;
  private EndpointCalls calls;
  private EquivalentAddressGroup group;
  private ConnectivityState state = ConnectivityState.IDLE;
  private boolean failing; // until it is ready again
  private Status error = Status.OK;
  private double drawn = 1;

  Backend(
      EquivalentAddressGroup group,
      Endpoint endpoint,
      Subchannel subchannel,
      CallListener listener,
      boolean failOnDeadline) {
    this.group = group;
    this.subchannel = subchannel;
    this.listener = listener;
    this.failOnDeadline = failOnDeadline;
    this.calls = callsTo(endpoint, listener);
  }

  /** Returns the endpoint of an address group: that of our resolver, else one made from it. */
  static Endpoint endpointOf(EquivalentAddressGroup group) {
    Endpoint known = group.getAttributes().get(EndpointAttributes.ENDPOINT);
    if (known != null) {
      return known;
    }
    SocketAddress address = group.getAddresses().get(0);
    String name = address.toString();
    int port = 0;
    if (address instanceof InetSocketAddress inet) {
      name = inet.getHostString();
      port = inet.getPort();
    }
    SliceEndpoint listed =
        new SliceEndpoint(
            name,
            Conditions.of(true, true, false),
            null,
            null,
            group.getAttributes().get(EndpointAttributes.ZONE),
            null,
            0,
            0,
            Hints.NONE);
    return Endpoint.of(listed, AddressType.FQDN, port);
  }

  private EndpointCalls callsTo(Endpoint endpoint, CallListener toTell) {
    return new EndpointCalls(subchannel, endpoint, toTell, failOnDeadline);
  }

  /** What picks return; the same object as long as endpoint and settings are the same. */
  EndpointCalls calls() {
    return calls;
  }

  /** Returns a pick of which somebody else hears how it ends. */
  PickResult probe(CallListener probing) {
    return callsTo(endpoint(), probing).result();
  }

  Endpoint endpoint() {
    return calls.endpoint();
  }

  Subchannel subchannel() {
    return subchannel;
  }

  EquivalentAddressGroup group() {
    return group;
  }

  /** Takes newer attributes of the same endpoint, or of another one in its place, for new calls. */
  void update(EquivalentAddressGroup newer, boolean newFailOnDeadline) {
    group = newer;
    Endpoint known = newer.getAttributes().get(EndpointAttributes.ENDPOINT);
    Endpoint now = known == null ? endpoint() : known;
    if (!now.equals(endpoint()) || failOnDeadline != newFailOnDeadline) {
      failOnDeadline = newFailOnDeadline;
      calls = callsTo(now, listener);
    }
  }

  String zone() {
    Attributes attributes = group.getAttributes();
    return Objects.requireNonNullElse(attributes.get(EndpointAttributes.ZONE), "");
  }

  /** What it can take; 1 where its resolver says what cannot be. */
  double weight() {
    Double said = group.getAttributes().get(EndpointAttributes.WEIGHT);
    return said != null && said >= LEAST_WEIGHT && said <= MOST_WEIGHT ? said : 1;
  }

  /** Sets the weight by which it is drawn in the next picker. */
  void draw(double weight) {
    drawn = weight;
  }

  double drawn() {
    return drawn;
  }

  boolean isReady() {
    return state == ConnectivityState.READY;
  }

  /** Whether its last attempt to connect failed, and none has succeeded since. */
  boolean isFailing() {
    return failing;
  }

  boolean isIdle() {
    return state == ConnectivityState.IDLE;
  }

  Status error() {
    return error;
  }

  void state(ConnectivityState newState, Status status) {
    state = newState;
    if (newState == ConnectivityState.READY) {
      failing = false;
    } else if (newState == ConnectivityState.TRANSIENT_FAILURE) {
      failing = true;
      error = status;
    }
  }

  /** Asks for a connection. */
  void connect() {
    subchannel.requestConnection();
  }

  @Override
  public String toString() {
    return endpoint() + " " + state;
  }

  /** Returns what an error says: gRPC's own words are often no more than "io exception". */
  static String said(Status error) {
    Throwable cause = error.getCause();
    return cause == null || cause.getMessage() == null
        ? String.valueOf(error.getDescription())
        : error.getDescription() + ": " + cause.getMessage();
  }

  /** Returns why a connection that is not there is not there. */
  static @Nullable Status firstError(Iterable<Backend> backends) {
    for (Backend backend : backends) {
      if (backend.isFailing()) {
        return backend.error();
      }
    }
    return null;
  }
}
