package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.policy.EndpointFilter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets an endpoint pass when the application's filter throws: a bug there must not cost all pods.
 */
final class SafeFilter implements EndpointFilter {

  private static final Logger LOGGER = System.getLogger(SafeFilter.class.getName());

  private final EndpointFilter delegate;
  private final Set<Class<?>> logged = ConcurrentHashMap.newKeySet();

  SafeFilter(EndpointFilter delegate) {
    this.delegate = delegate;
  }

  @Override
  public boolean accepts(Endpoint endpoint, EndpointSlice slice) {
    try {
      return delegate.accepts(endpoint, slice);
    } catch (Throwable e) { // Kotlin throws checked ones, too
      if (logged.add(e.getClass())) {
        LOGGER.log(
            Level.ERROR, "an endpoint filter failed for " + endpoint + ", which passes it", e);
      }
      return true;
    }
  }
}
