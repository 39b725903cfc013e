/**
 * What a source of EndpointSlices must do, in the terms of the Kubernetes list/watch protocol.
 *
 * <p>Start with {@link io.slicewise.discovery.source.SliceSource}. This package knows the
 * protocol's words (resourceVersion, bookmark, Status) but no transport and no schedule: when to
 * ask, and what to do about an answer, is the Reflector's business.
 */
@NullMarked
package io.slicewise.discovery.source;

import org.jspecify.annotations.NullMarked;
