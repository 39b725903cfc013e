package io.slicewise.discovery.model;

import java.util.List;

/**
 * The topology hints of an endpoint: who should prefer it, in the eyes of the cluster.
 *
 * @param forZones zones whose clients should use the endpoint; at most 8
 * @param forNodes nodes whose clients should use the endpoint; at most 8
 */
public record Hints(List<String> forZones, List<String> forNodes) {

  /** No hints at all. */
  public static final Hints NONE = new Hints(List.of(), List.of());

  public Hints {
    forZones = List.copyOf(forZones);
    forNodes = List.copyOf(forNodes);
  }
}
