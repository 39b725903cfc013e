package io.slicewise.discovery.model;

/** Why an endpoint of a view is not picked. */
public enum OutReason {
  /** It is not ready. */
  NOT_READY,
  /** It is being deleted; calls under way may finish. */
  TERMINATING,
  /** Its slice has no port for the target. */
  NO_SUCH_PORT,
  /** It is of the other IP family, and this one has usable endpoints. */
  OTHER_FAMILY,
  /** The target names another pod of the Service. */
  OTHER_POD,
  /** It is a host name, which Kubernetes gives no meaning; see the option to accept those. */
  FQDN,
  /** Its address cannot be read. */
  INVALID_ADDRESS,
  /** The application's {@code EndpointFilter} refused it. */
  FILTERED,
  /** It is in another zone, or hinted to one, and the policy keeps to the own. */
  OTHER_ZONE,
  /** It is on another node, or hinted to one, and the policy keeps to the own. */
  OTHER_NODE,
  /** It failed this client's calls, and is left out for a while. */
  EJECTED,
  /** This client keeps to some of the endpoints of its zone, and it is none of those. */
  SUBSET,
  /** Another slice lists the same address and port, and that entry counts. */
  DUPLICATE
}
