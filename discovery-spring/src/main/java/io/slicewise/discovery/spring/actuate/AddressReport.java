package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one address of one slice, in the words of the command line's JSON.
 *
 * @param slice the name of the slice
 * @param address where to call
 * @param port the port, or null where the slice lacks the target's
 * @param zone the zone, or null where unknown
 * @param node the node, or null where unknown
 * @param pod the pod, or null for an address that is no pod's
 * @param hostname the pod's stable host name, or null
 * @param ready whether it takes new calls
 * @param serving whether it passes its readiness probe
 * @param terminating whether it is being deleted
 * @param share the probability that it is picked next, 0 if it is out
 * @param out why it is out, or null if it is in
 * @param detail more about that; empty where there is nothing to add
 */
public record AddressReport(
    String slice,
    String address,
    @Nullable Integer port,
    @Nullable String zone,
    @Nullable String node,
    @Nullable String pod,
    @Nullable String hostname,
    boolean ready,
    boolean serving,
    boolean terminating,
    double share,
    @Nullable String out,
    String detail) {

  static AddressReport of(Explanation.Address verdict) {
    Endpoint endpoint = verdict.endpoint();
    return new AddressReport(
        verdict.slice(),
        endpoint.address(),
        endpoint.port() == 0 ? null : endpoint.port(),
        endpoint.zone(),
        endpoint.node(),
        endpoint.pod(),
        endpoint.hostname(),
        endpoint.conditions().ready(),
        endpoint.conditions().serving(),
        endpoint.conditions().terminating(),
        verdict.share(),
        verdict.out() == null ? null : verdict.out().name(),
        verdict.detail());
  }
}
