/**
 * An embedded Kubernetes API server, with a cluster to simulate and faults on demand, for tests of
 * whatever lists and watches EndpointSlices.
 *
 * <p>Start with {@link io.slicewise.discovery.testkit.EmbeddedApiServer}, or in JUnit 5 with {@link
 * io.slicewise.discovery.testkit.ApiServerExtension}. {@link
 * io.slicewise.discovery.testkit.Cluster} changes what the server serves, {@link
 * io.slicewise.discovery.testkit.Faults} how it misbehaves, and {@link
 * io.slicewise.discovery.testkit.FakeClock} replaces time.
 *
 * <p>It knows nothing of any client: it shares no code with the Slicewise SDK, so that the two
 * cannot agree on the same mistake.
 */
@NullMarked
package io.slicewise.discovery.testkit;

import org.jspecify.annotations.NullMarked;
