/**
 * The immutable vocabulary: EndpointSlices as Kubernetes sends them, and what a Service looks like
 * once they are put together.
 *
 * <p>Start with {@link io.slicewise.discovery.model.ServiceTarget} (what to call), {@link
 * io.slicewise.discovery.model.ServiceView} (what is there) and {@link
 * io.slicewise.discovery.model.Endpoint} (where to call). This package knows neither the wire nor
 * threads.
 */
@NullMarked
package io.slicewise.discovery.model;

import org.jspecify.annotations.NullMarked;
