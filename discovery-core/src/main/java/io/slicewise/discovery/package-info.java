/**
 * Client-side service discovery for Kubernetes: follow the EndpointSlices of the Services an
 * application calls, and pick ready pods.
 *
 * <p>Start with {@link io.slicewise.discovery.ServiceDiscovery} (one per process) and {@link
 * io.slicewise.discovery.ServiceWatch} (one per Service that is called).
 */
@NullMarked
package io.slicewise.discovery;

import org.jspecify.annotations.NullMarked;
