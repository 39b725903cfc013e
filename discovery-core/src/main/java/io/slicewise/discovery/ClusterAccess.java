package io.slicewise.discovery;

import io.slicewise.discovery.kubernetes.ApiServerSource;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.source.NodeZoneLookup;
import io.slicewise.discovery.source.ServicePortLookup;
import io.slicewise.discovery.source.SliceSource;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * What discovery can read.
 *
 * @param source the slices
 * @param ports Services, for their own port numbers, or null where they cannot be read
 * @param nodes the own node, for its zone, or null where it cannot be read
 * @param defaultNamespace the namespace that is meant where none is named
 */
record ClusterAccess(
    SliceSource source,
    @Nullable ServicePortLookup ports,
    @Nullable NodeZoneLookup nodes,
    String defaultNamespace) {

  /** Returns what there is: the source if one is given, else a cluster, found if none is given. */
  static ClusterAccess to(
      @Nullable SliceSource source,
      @Nullable ClusterConfig cluster,
      ThreadFactory readers,
      InstantSource clock) {
    return source == null
        ? to(cluster == null ? ClusterConfig.detect() : cluster, readers, clock)
        : new ClusterAccess(source, null, null, "default");
  }

  private static ClusterAccess to(
      ClusterConfig config, ThreadFactory readers, InstantSource clock) {
    ApiServerSource server = new ApiServerSource(config, readers, clock);
    return new ClusterAccess(
        server,
        (service, port, protocol) ->
            server
                .servicePorts(
                    service.namespace(),
                    service.name(),
                    question -> readers.newThread(question).start())
                .thenApply(found -> found.nameOf(port, protocol)),
        node -> server.zoneOfNode(node, question -> readers.newThread(question).start()),
        config.defaultNamespace());
  }
}
