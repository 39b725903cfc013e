package io.slicewise.discovery.balance;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointLoad;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One call under way to one endpoint, from the pick until its end, however it ends. While it is
 * open the call counts as in flight, for two minutes at most: a lease that nobody closes must not
 * count for ever. Thread safe; ending it twice counts once.
 *
 * <pre>{@code
 * try (Lease lease = watch.acquire()) {
 *   send(lease.endpoint());
 *   lease.end(Outcome.SUCCESS);
 * }
 * }</pre>
 */
public final class Lease implements AutoCloseable {

  private static final VarHandle OPEN;

  static {
    try {
      OPEN = MethodHandles.lookup().findVarHandle(Lease.class, "open", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Endpoint endpoint;
  private final EndpointLoad load;
  private final int age;
  private final CallListener listener;

  @SuppressWarnings("FieldCanBeFinal") // written through OPEN
  private volatile boolean open = true;

  private Lease(Endpoint endpoint, CallListener listener) {
    this.endpoint = endpoint;
    this.listener = listener;
    this.load = endpoint.load();
    this.age = load.start();
  }

  /** Starts a call to the endpoint; nobody hears how it ends. */
  public static Lease open(Endpoint endpoint) {
    return open(endpoint, CallListener.NONE);
  }

  /** Starts a call to the endpoint. */
  public static Lease open(Endpoint endpoint, CallListener listener) {
    return new Lease(requireNonNull(endpoint, "endpoint"), requireNonNull(listener, "listener"));
  }

  /** Where the call goes. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the call is still under way. */
  public boolean isOpen() {
    return open;
  }

  /** Ends the call and says how it went. The first end counts, and any later one is ignored. */
  public void end(Outcome outcome) {
    requireNonNull(outcome, "outcome");
    if (OPEN.compareAndSet(this, true, false)) {
      load.finish(age);
      listener.onEnd(endpoint, outcome);
    }
  }

  /** Ends the call without a word on how it went, if it has not been ended. Idempotent. */
  @Override
  public void close() {
    end(Outcome.UNKNOWN);
  }
}
