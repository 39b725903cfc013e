package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.source.NodeZoneLookup;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster what this process does not know of itself, once somebody needs it: the Service
 * it belongs to, and the zone of its node. Thread safe.
 */
final class SelfInquiry implements AutoCloseable {

  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
  private static final int MOST_LOOKS_AT_THE_NODE = 6; // within five minutes

  private final Settings settings;
  private final Self self;
  private final BiConsumer<ServiceId, String> follow;
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile @Nullable CallerFinder finder;
  private volatile boolean closed;

  /**
   * Creates an inquiry that asks nothing yet.
   *
   * @param follow follows a Service as the callers' own; the text says how it was found
   */
  SelfInquiry(Settings settings, Self self, BiConsumer<ServiceId, String> follow) {
    this.settings = settings;
    this.self = self;
    this.follow = follow;
  }

  /** Begins to ask, the first time. */
  void begin() {
    if (!begun.compareAndSet(false, true)) {
      return;
    }
    lookAtNode(1);
    CallerSettings callers = settings.callers();
    OwnPod pod = self.pod();
    String namespace = pod.namespace();
    if (callers.shares() != null) {
      self.callers(callers.shares());
    } else if (callers.service() != null) {
      ServiceId service = callers.service().serviceId();
      self.callers(Callers.unknown("Service " + service + " is not known yet"));
      follow.accept(service, " (configured)");
    } else if (callers.find() && namespace != null && pod.isRecognizable()) {
      CallerFinder looking =
          new CallerFinder(
              namespace,
              self,
              settings.source(),
              settings.environment(),
              name -> follow.accept(new ServiceId(namespace, name), " (found by the own pod)"));
      finder = looking;
      looking.begin();
    } else {
      self.callers(
          Callers.unknown(callers.find() ? "not configured, and not in a pod" : "not configured"));
    }
  }

  private void lookAtNode(int look) {
    NodeZoneLookup lookup = settings.nodeZoneLookup();
    String node = self.pod().node();
    if (lookup == null || node == null || self.place().zone() != null || closed) {
      return;
    }
    var unused =
        lookup
            .zoneOf(node)
            .thenAccept(
                zone -> {
                  if (zone.isPresent()) {
                    self.zone(zone.get(), "Node " + node);
                  } else if (look < MOST_LOOKS_AT_THE_NODE) {
                    lookAgain(look + 1);
                  }
                });
  }

  private void lookAgain(int look) {
    Environment environment = settings.environment();
    Duration wait = environment.jittered(FIRST_WAIT.multipliedBy(1L << (look - 2)));
    var unused =
        environment.schedule(
            wait, new SerialExecutor(environment.writers()), () -> lookAtNode(look));
  }

  @Override
  public void close() {
    closed = true;
    CallerFinder looking = finder;
    if (looking != null) {
      looking.close();
    }
  }
}
