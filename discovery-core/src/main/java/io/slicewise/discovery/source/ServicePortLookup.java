package io.slicewise.discovery.source;

import io.slicewise.discovery.model.ServiceId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Finds the name of a Service's port by the Service's own port number, which its slices do not
 * hold.
 */
@FunctionalInterface
public interface ServicePortLookup {

  /**
   * Returns at once; the future completes with the name (empty text for an unnamed port), with
   * nothing if the Service has no such port, or exceptionally if it cannot be read.
   *
   * @param port the Service's own port number
   * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
   */
  CompletableFuture<Optional<String>> nameOf(ServiceId service, int port, String protocol);
}
