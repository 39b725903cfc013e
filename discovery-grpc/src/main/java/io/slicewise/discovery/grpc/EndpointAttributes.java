package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.slicewise.discovery.model.Endpoint;

/**
 * What our name resolver says of each address, for load balancers of any kind. The zone is also
 * under {@link EquivalentAddressGroup#ATTR_LOCALITY_NAME}, where gRPC's own metrics look for it.
 */
public final class EndpointAttributes {

  /** The endpoint itself: pod, node, zone, and the calls in flight to it from this process. */
  @EquivalentAddressGroup.Attr
  public static final Attributes.Key<Endpoint> ENDPOINT =
      Attributes.Key.create("io.slicewise.endpoint");

  /** The zone; missing where it is not known. */
  @EquivalentAddressGroup.Attr
  public static final Attributes.Key<String> ZONE = EquivalentAddressGroup.ATTR_LOCALITY_NAME;

  /**
   * What it can take, beside the others: 0.001 to 1000, anything else is taken for 1; missing where
   * all can take the same.
   */
  @EquivalentAddressGroup.Attr
  public static final Attributes.Key<Double> WEIGHT = Attributes.Key.create("io.slicewise.weight");

  private EndpointAttributes() {}
}
