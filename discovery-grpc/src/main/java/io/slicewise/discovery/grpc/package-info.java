/** Slicewise for gRPC-Java: a NameResolver and a LoadBalancer on the core's views. */
@NullMarked
package io.slicewise.discovery.grpc;

import org.jspecify.annotations.NullMarked;
