package io.slicewise.discovery.policy;

/** The policies that choose endpoints and then treat all that they chose alike. */
enum SimplePolicy implements TopologyPolicy {
  UNIFORM("uniform") {
    @Override
    public Scope scope(Census census, OwnPlace own) {
      return Scope.ALL;
    }
  },

  /**
   * kube-proxy's CategorizeEndpoints ({@code pkg/proxy/topology.go} of Kubernetes 1.36): hints hold
   * if every ready endpoint has some and one names us; those for nodes before those for zones; and
   * none while only terminating endpoints serve.
   */
  KUBERNETES("kubernetes") {
    @Override
    public Scope scope(Census census, OwnPlace own) {
      if (census.nodeHintsHold()) {
        return Scope.HINTED_NODE;
      }
      return census.zoneHintsHold() ? Scope.HINTED_ZONE : Scope.ALL;
    }
  },

  SAME_ZONE("sameZone") {
    @Override
    public Scope scope(Census census, OwnPlace own) {
      return census.inZone() > 0 ? Scope.OWN_ZONE : Scope.ALL;
    }

    @Override
    public boolean usesZones() {
      return true;
    }
  },

  SAME_NODE("sameNode") {
    @Override
    public Scope scope(Census census, OwnPlace own) {
      return census.onNode() > 0 ? Scope.OWN_NODE : SAME_ZONE.scope(census, own);
    }

    @Override
    public boolean usesZones() {
      return true;
    }
  },

  SAME_NODE_STRICT("sameNodeStrict") {
    @Override
    public Scope scope(Census census, OwnPlace own) {
      return Scope.OWN_NODE;
    }

    @Override
    public boolean ownNodeOnly() {
      return true;
    }
  };

  private final String label;

  SimplePolicy(String label) {
    this.label = label;
  }

  @Override
  public Spread spread(Zones zones, OwnPlace own, Callers callers) {
    return Spread.byCapacity(zones, "by capacity");
  }

  @Override
  public String label() {
    return label;
  }
}
