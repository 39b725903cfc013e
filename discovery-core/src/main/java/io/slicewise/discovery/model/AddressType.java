package io.slicewise.discovery.model;

/** The {@code addressType} of an EndpointSlice; immutable for the life of a slice. */
public enum AddressType {
  IPV4,
  IPV6,
  /** Host names; deprecated by Kubernetes, ignored by kube-proxy, never picked unless asked for. */
  FQDN,
  /** A type that this version does not know; its endpoints are shown and never picked. */
  UNKNOWN
}
