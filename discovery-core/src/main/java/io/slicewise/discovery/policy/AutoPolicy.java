package io.slicewise.discovery.policy;

import static java.util.Objects.requireNonNull;

/**
 * Hints for nodes where kube-proxy would follow them, because the Service's owner asked for that
 * and a node is nearer than a zone; otherwise zone aware, which bounds the load as hints for zones
 * do not.
 */
record AutoPolicy(ZoneAware otherwise) implements TopologyPolicy {

  AutoPolicy {
    requireNonNull(otherwise, "otherwise");
  }

  @Override
  public String label() {
    return "auto";
  }

  @Override
  public Scope scope(Census census, OwnPlace own) {
    return census.nodeHintsHold() ? Scope.HINTED_NODE : otherwise.scope(census, own);
  }

  @Override
  public Spread spread(Zones zones, OwnPlace own, Callers callers) {
    return otherwise.spread(zones, own, callers);
  }

  @Override
  public boolean usesCallers() {
    return true;
  }
}
