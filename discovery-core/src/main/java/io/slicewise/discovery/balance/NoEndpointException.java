package io.slicewise.discovery.balance;

import io.slicewise.discovery.model.ServiceView;
import org.jspecify.annotations.Nullable;

/**
 * There is no endpoint to pick: none is ready, none is known yet, or discovery was closed. The
 * message says which, with state and counts; {@link #view()} has it all.
 *
 * <p>Without a stack trace, because it is thrown for every call while a Service is down.
 */
public final class NoEndpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ServiceView view;

  /** Creates an exception that tells what is in {@code view}. */
  public NoEndpointException(ServiceView view) {
    super(null, null, false, false);
    this.view = view;
  }

  /** What was known when the pick failed. */
  public ServiceView view() {
    return view;
  }

  @Override
  public String getMessage() {
    @Nullable String problem = view.problem();
    String summary = "no endpoint to pick: " + view.summary();
    return problem == null ? summary : summary + ": " + problem;
  }
}
