package io.slicewise.discovery.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One EndpointSlice: a part of a Service's endpoints that share their ports and address type.
 *
 * <p>Source: {@code discovery.k8s.io/v1} types.go and KEP-0752.
 *
 * @param namespace the namespace
 * @param name the slice's own name, unique in the namespace; tells nothing about the Service
 * @param service the value of the label {@code kubernetes.io/service-name}, empty where missing
 * @param resourceVersion the version of this object
 * @param addressType the kind of all its addresses
 * @param labels its labels, the Service's own among them
 * @param endpoints its endpoints, possibly none
 * @param ports its ports, valid for all its endpoints, possibly none
 * @param lastChange when the pod or Service changed that made the controller write this version, or
 *     null where the write had another cause
 */
public record EndpointSlice(
    String namespace,
    String name,
    String service,
    String resourceVersion,
    AddressType addressType,
    Map<String, String> labels,
    List<SliceEndpoint> endpoints,
    List<SlicePort> ports,
    @Nullable Instant lastChange) {

  /** The label that ties a slice to its Service. */
  public static final String SERVICE_NAME_LABEL = "kubernetes.io/service-name";

  public EndpointSlice {
    requireNonNull(namespace, "namespace");
    requireNonNull(name, "name");
    requireNonNull(service, "service");
    requireNonNull(resourceVersion, "resourceVersion");
    requireNonNull(addressType, "addressType");
    labels = Map.copyOf(labels);
    endpoints = List.copyOf(endpoints);
    ports = List.copyOf(ports);
  }
}
