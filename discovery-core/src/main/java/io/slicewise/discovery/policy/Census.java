package io.slicewise.discovery.policy;

/**
 * What a policy needs to know of the endpoints that rule: those of the IP family and readiness tier
 * that takes the calls. Sums over slices, so that it costs what has changed.
 *
 * @param tier the readiness tier that rules: 1 ready, 2 serving while terminating, 0 nobody
 * @param endpoints how many there are
 * @param inZone how many of them are in the own zone
 * @param onNode how many of them are on the own node
 * @param zoneHinted how many of them have hints for zones
 * @param forZone how many of them are hinted to the own zone
 * @param nodeHinted how many of them have hints for nodes
 * @param forNode how many of them are hinted to the own node
 */
public record Census(
    int tier,
    int endpoints,
    int inZone,
    int onNode,
    int zoneHinted,
    int forZone,
    int nodeHinted,
    int forNode) {

  /** Whether kube-proxy would follow the hints for nodes: all have some, and one names our node. */
  boolean nodeHintsHold() {
    return tier == 1 && nodeHinted == endpoints && forNode > 0;
  }

  /** Whether kube-proxy would follow the hints for zones: all have some, and one names our zone. */
  boolean zoneHintsHold() {
    return tier == 1 && zoneHinted == endpoints && forZone > 0;
  }
}
