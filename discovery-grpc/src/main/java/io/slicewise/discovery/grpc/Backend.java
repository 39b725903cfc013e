package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.slicewise.discovery.balance.CallListener;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointLoad;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.Loaded;
import io.slicewise.discovery.model.SliceEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint and the connection to it. Confined to the sync context, but for what a pick and a
 * call use.
 */
final class Backend implements Loaded {

  private final Subchannel subchannel;
  private final CallListener listener;
  private final boolean failOnDeadline;
  private PickResult result; // a pick may read an older one
  private Endpoint endpoint;
  private EndpointLoad load;
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
    this.endpoint = endpoint;
    this.load = endpoint.load();
    this.subchannel = subchannel;
    this.listener = listener;
    this.failOnDeadline = failOnDeadline;
    this.result = resultFor(listener);
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

  private PickResult resultFor(CallListener toTell) {
    return PickResult.withSubchannel(subchannel, new Calls(endpoint, load, toTell, failOnDeadline));
  }

  /** What a pick of this backend returns; the same object every time. */
  PickResult result() {
    return result;
  }

  /** Returns a pick of which somebody else hears how it ends. */
  PickResult probe(CallListener probing) {
    return resultFor(probing);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Subchannel subchannel() {
    return subchannel;
  }

  EquivalentAddressGroup group() {
    return group;
  }

  /** Takes newer attributes of the same endpoint, or of another one in its place. */
  void update(EquivalentAddressGroup newer) {
    group = newer;
    Endpoint now = newer.getAttributes().get(EndpointAttributes.ENDPOINT);
    if (now != null && !now.equals(endpoint)) {
      endpoint = now;
      load = now.load();
      result = resultFor(listener);
    }
  }

  String zone() {
    Attributes attributes = group.getAttributes();
    return Objects.requireNonNullElse(attributes.get(EndpointAttributes.ZONE), "");
  }

  double weight() {
    return Objects.requireNonNullElse(group.getAttributes().get(EndpointAttributes.WEIGHT), 1.0);
  }

  /** Sets the weight by which it is drawn in the next picker. */
  void draw(double weight) {
    drawn = weight;
  }

  double drawn() {
    return drawn;
  }

  @Override
  public int inFlight() {
    return load.inFlight();
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
    return endpoint + " " + state;
  }

  /** Watches the calls to one endpoint. */
  private static final class Calls extends ClientStreamTracer.Factory {
    private final Endpoint endpoint;
    private final EndpointLoad load;
    private final CallListener toTell;
    private final boolean failOnDeadline;

    Calls(Endpoint endpoint, EndpointLoad load, CallListener toTell, boolean failOnDeadline) {
      this.endpoint = endpoint;
      this.load = load;
      this.toTell = toTell;
      this.failOnDeadline = failOnDeadline;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new Call(this, info.getCallOptions());
    }

    Outcome outcome(Status status) {
      return switch (status.getCode()) {
        case UNAVAILABLE, INTERNAL -> Outcome.FAILURE;
        case DEADLINE_EXCEEDED -> failOnDeadline ? Outcome.FAILURE : Outcome.UNKNOWN;
        case CANCELLED -> Outcome.UNKNOWN;
        default -> Outcome.SUCCESS;
      };
    }
  }

  /**
   * One attempt of a call: counted from the moment that it has a stream until the stream ends. gRPC
   * may make a stream for a call that has ended while it waited for a connection, and then says
   * nothing more of that stream: it must not stay counted.
   */
  private static final class Call extends ClientStreamTracer {
    private static final int NEW = -1;
    private static final int ENDED = -2;
    private static final AtomicIntegerFieldUpdater<Call> STATE =
        AtomicIntegerFieldUpdater.newUpdater(Call.class, "state");

    private final Calls calls;
    private final CallOptions options;

    @SuppressWarnings("UnusedVariable") // read and written through STATE
    private volatile int state = NEW; // or the age it started in

    Call(Calls calls, CallOptions options) {
      this.calls = calls;
      this.options = options;
    }

    @Override
    public void streamCreated(Attributes transport, Metadata headers) {
      int age = calls.load.start();
      if (!STATE.compareAndSet(this, NEW, age)) {
        calls.load.finish(age); // it ended first
      } else if (isOver()) {
        end(Outcome.UNKNOWN);
      }
    }

    /** Whether the call has ended, whatever becomes of the stream. */
    private boolean isOver() {
      Deadline deadline = options.getDeadline();
      Attempts attempts = Attempts.of(options);
      return deadline != null && deadline.isExpired()
          || attempts != null && attempts.isCancelled()
          || Context.current().isCancelled();
    }

    @Override
    public void streamClosed(Status status) {
      end(calls.outcome(status));
    }

    private void end(Outcome outcome) {
      int before = STATE.getAndSet(this, ENDED);
      if (before == ENDED) {
        return;
      }
      boolean started = before != NEW;
      if (started) {
        calls.load.finish(before);
      }
      calls.toTell.onEnd(calls.endpoint, started ? outcome : Outcome.UNKNOWN);
    }
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
