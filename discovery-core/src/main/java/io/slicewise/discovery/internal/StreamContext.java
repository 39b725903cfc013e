package io.slicewise.discovery.internal;

import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.SliceRequest.Content;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What all streams of a namespace share.
 *
 * @param namespace the namespace
 * @param source where they read
 * @param content what they want of each slice
 * @param environment threads, time and chance
 * @param writer the namespace's writer
 * @param staleAfter how long a stream may be lost before its views say so
 * @param watchListRefused whether this server has refused a watch list; remembered for all
 *     namespaces
 * @param observer hears how it goes; never throws
 * @param self what this process knows of itself, and may learn from slices
 */
record StreamContext(
    String namespace,
    SliceSource source,
    Content content,
    Environment environment,
    SerialExecutor writer,
    Duration staleAfter,
    AtomicBoolean watchListRefused,
    DiscoveryObserver observer,
    Self self) {

  Timer newTimer() {
    return new Timer(environment, writer);
  }

  /** Returns the same for streams that want no more of a slice than its metadata. */
  StreamContext ofMetadata() {
    return new StreamContext(
        namespace,
        source,
        Content.METADATA,
        environment,
        writer,
        staleAfter,
        watchListRefused,
        observer,
        self);
  }

  /** Returns namespace and Services for a log line, few of them by name. */
  String describe(SortedSet<String> services) {
    if (content == Content.METADATA) {
      return namespace + "[catalogue]";
    }
    return services.size() <= 4
        ? namespace + services
        : namespace + "[" + services.first() + " and " + (services.size() - 1) + " more]";
  }
}
