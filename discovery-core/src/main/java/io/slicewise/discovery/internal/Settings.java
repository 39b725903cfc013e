package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.NodeZoneLookup;
import io.slicewise.discovery.source.ServicePortLookup;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How discovery works; see the builder of the façade for what each setting means to a user.
 *
 * @param source where slices are read
 * @param environment threads, time and chance
 * @param pickRandom randomness for picks
 * @param linger how long a Service is followed after its last user left
 * @param staleAfter how long the server may be lost before views say so
 * @param connectJitter the first stream of a namespace opens after a random part of this
 * @param wholeNamespace whether to watch every slice of a namespace instead of selecting
 * @param portLookup reads Services for their own port numbers, or null where that is not wanted
 * @param pod what is known of the own pod
 * @param callers where to learn how the callers spread over zones
 * @param nodeZoneLookup reads the own node for its zone, or null where that is not wanted
 * @param stability what to do without an API server
 * @param observer hears how it goes
 */
public record Settings(
    SliceSource source,
    Environment environment,
    RandomSource pickRandom,
    Duration linger,
    Duration staleAfter,
    Duration connectJitter,
    boolean wholeNamespace,
    @Nullable ServicePortLookup portLookup,
    OwnPod pod,
    CallerSettings callers,
    @Nullable NodeZoneLookup nodeZoneLookup,
    Stability stability,
    DiscoveryObserver observer) {

  public Settings {
    requireNonNull(source, "source");
    requireNonNull(environment, "environment");
    requireNonNull(pickRandom, "pickRandom");
    requireNonNull(linger, "linger");
    requireNonNull(staleAfter, "staleAfter");
    requireNonNull(connectJitter, "connectJitter");
    requireNonNull(pod, "pod");
    requireNonNull(callers, "callers");
    requireNonNull(stability, "stability");
    requireNonNull(observer, "observer");
  }
}
