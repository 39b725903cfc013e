package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.Census;
import io.slicewise.discovery.policy.OwnPlace;
import io.slicewise.discovery.policy.Scope;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.Zones;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A policy that cannot hurt: where it throws, or gives no spread, everything goes by capacity. */
final class SafePolicy implements TopologyPolicy {

  private static final Logger LOGGER = System.getLogger(SafePolicy.class.getName());
  private static final double ROUNDING = 1e-6;

  private final TopologyPolicy delegate;
  private final AtomicBoolean logged = new AtomicBoolean();

  // Asked once, where it may still throw.
  private final String label;
  private final boolean ownNodeOnly;
  private final boolean usesZones;
  private final boolean yieldsInPanic;
  private final boolean usesCallers;

  SafePolicy(TopologyPolicy delegate) {
    this.delegate = delegate;
    this.label = requireNonNull(delegate.label(), "label");
    this.ownNodeOnly = delegate.ownNodeOnly();
    this.usesZones = delegate.usesZones();
    this.yieldsInPanic = delegate.yieldsInPanic();
    this.usesCallers = delegate.usesCallers();
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Scope scope(Census census, OwnPlace own) {
    try {
      Scope scope = delegate.scope(census, own);
      requireNonNull(scope, "scope");
      return ownNodeOnly || leavesSomebody(scope, census) ? scope : Scope.ALL;
    } catch (Throwable e) { // Kotlin throws checked ones, too
      log("failed", e);
      return Scope.ALL;
    }
  }

  private static boolean leavesSomebody(Scope scope, Census census) {
    return switch (scope) {
      case ALL -> true;
      case OWN_ZONE -> census.inZone() > 0;
      case OWN_NODE -> census.onNode() > 0;
      case HINTED_ZONE -> census.forZone() > 0;
      case HINTED_NODE -> census.forNode() > 0;
    };
  }

  @Override
  public Spread spread(Zones zones, OwnPlace own, Callers callers) {
    try {
      Spread spread = delegate.spread(zones, own, callers);
      double[] shares = spread.shares();
      boolean wellFormed = shares.length == zones.names().size();
      double sum = 0;
      for (int i = 0; wellFormed && i < shares.length; i++) {
        wellFormed = shares[i] >= 0 && (shares[i] == 0 || zones.capacities()[i] > 0);
        sum += shares[i];
      }
      if (wellFormed && Math.abs(sum - 1) < ROUNDING) {
        return spread;
      }
      log("gave no spread over " + zones.names() + ": " + Arrays.toString(shares), null);
    } catch (Throwable e) { // Kotlin throws checked ones, too
      log("failed", e);
    }
    return Spread.byCapacity(zones, "the policy " + label + " failed: by capacity");
  }

  private void log(String what, @Nullable Throwable cause) {
    if (logged.compareAndSet(false, true)) {
      LOGGER.log(Level.ERROR, "the policy " + label + " " + what + "; not logged again", cause);
    }
  }

  @Override
  public boolean ownNodeOnly() {
    return ownNodeOnly;
  }

  @Override
  public boolean usesZones() {
    return usesZones;
  }

  @Override
  public boolean yieldsInPanic() {
    return yieldsInPanic;
  }

  @Override
  public boolean usesCallers() {
    return usesCallers;
  }
}
