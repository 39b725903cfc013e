/**
 * Channels of Spring gRPC that share the application's discovery. Nothing here is for applications
 * to call: a target {@code k8s:///service.namespace:port} is enough.
 */
@NullMarked
package io.slicewise.discovery.spring.grpc;

import org.jspecify.annotations.NullMarked;
