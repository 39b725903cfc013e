package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.health.Ejector;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, where it is used, of the two places that take a lock on an event loop: what is
 * noted of an endpoint that fails, by Resilience4j under a lock of that endpoint. Nothing is waited
 * for in there but another call's note of the same endpoint.
 */
public final class BlockHoundLocks implements BlockHoundIntegration {

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        .allowBlockingCallsInside(Lease.class.getName(), "end")
        .allowBlockingCallsInside(Ejector.class.getName(), "probe");
  }
}
