/**
 * What a service mesh without sidecars begins with: calls over mutual TLS with certificates that
 * rotate, spread over zones by the callers there are, a canary, and meters for each zone. Start at
 * {@link io.slicewise.discovery.samples.mesh.MeshClient}. What is public is there to be copied; the
 * rest, but for {@code MutualTls}, is the demo.
 */
@NullMarked
package io.slicewise.discovery.samples.mesh;

import org.jspecify.annotations.NullMarked;
