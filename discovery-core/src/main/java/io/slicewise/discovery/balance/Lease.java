package io.slicewise.discovery.balance;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.model.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One call under way to one endpoint, from the pick until its end, however it ends. While it is
 * open the call counts as in flight. Thread safe; closing twice counts once.
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

  @SuppressWarnings("FieldCanBeFinal") // written through OPEN
  private volatile boolean open = true;

  private Lease(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Starts a call to the endpoint. */
  public static Lease open(Endpoint endpoint) {
    requireNonNull(endpoint, "endpoint").load().start();
    return new Lease(endpoint);
  }

  /** Where the call goes. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the call is still under way. */
  public boolean isOpen() {
    return open;
  }

  /** Ends the call: success, failure or cancellation. Idempotent. */
  @Override
  public void close() {
    if (OPEN.compareAndSet(this, true, false)) {
      endpoint.load().finish();
    }
  }
}
