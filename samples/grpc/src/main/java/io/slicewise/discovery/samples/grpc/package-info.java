/**
 * A gRPC application on Slicewise: a server, a client with generated stubs that finds it by its
 * EndpointSlices, and a demo of both in a cluster on one machine.
 *
 * <p>Start with {@link io.slicewise.discovery.samples.grpc.CheckoutChannel}: what an application
 * has to write. {@link io.slicewise.discovery.samples.grpc.GrpcSample} is the command line. All of
 * it uses Slicewise through its public classes alone.
 */
@NullMarked
package io.slicewise.discovery.samples.grpc;

import org.jspecify.annotations.NullMarked;
