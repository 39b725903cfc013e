package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of the usable endpoints a policy leaves to be picked. */
public enum Scope {
  /** All of them. */
  ALL,
  /** Those in the own zone. */
  OWN_ZONE,
  /** Those on the own node. */
  OWN_NODE,
  /** Those that the cluster hints to the own zone. */
  HINTED_ZONE,
  /** Those that the cluster hints to the own node. */
  HINTED_NODE;

  /** Returns why the endpoint is outside for a caller at that place, or null if it is inside. */
  @Nullable OutReason refusal(Endpoint endpoint, OwnPlace own) {
    return switch (this) {
      case ALL -> null;
      case OWN_ZONE -> is(own.zone(), endpoint.zone()) ? null : OutReason.OTHER_ZONE;
      case OWN_NODE -> is(own.node(), endpoint.node()) ? null : OutReason.OTHER_NODE;
      case HINTED_ZONE ->
          isAmong(own.zone(), endpoint.hints().forZones()) ? null : OutReason.OTHER_ZONE;
      case HINTED_NODE ->
          isAmong(own.node(), endpoint.hints().forNodes()) ? null : OutReason.OTHER_NODE;
    };
  }

  private static boolean isAmong(@Nullable String own, List<String> names) {
    return own != null && names.contains(own);
  }

  private static boolean is(@Nullable String own, @Nullable String other) {
    return own != null && own.equals(other);
  }
}
