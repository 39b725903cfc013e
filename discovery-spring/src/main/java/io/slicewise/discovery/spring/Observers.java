package io.slicewise.discovery.spring;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several observers as one. What one of them throws is logged and does not reach the others. */
final class Observers implements DiscoveryObserver {

  private static final Logger LOGGER = LoggerFactory.getLogger(Observers.class);

  private final List<DiscoveryObserver> all;

  Observers(List<DiscoveryObserver> all) {
    this.all = List.copyOf(all);
  }

  @Override
  public void onStreamOpened(String namespace, SortedSet<String> services) {
    tell(each -> each.onStreamOpened(namespace, services));
  }

  @Override
  public void onStreamEnded(String namespace, String reason, Duration lived) {
    tell(each -> each.onStreamEnded(namespace, reason, lived));
  }

  @Override
  public void onRelisted(String namespace, String reason) {
    tell(each -> each.onRelisted(namespace, reason));
  }

  @Override
  public void onFailure(String namespace, String problem, Duration delay) {
    tell(each -> each.onFailure(namespace, problem, delay));
  }

  @Override
  public void onPublished(ServiceView view) {
    tell(each -> each.onPublished(view));
  }

  @Override
  public void onEjected(ServiceTarget target, Endpoint endpoint, Duration length) {
    tell(each -> each.onEjected(target, endpoint, length));
  }

  @Override
  public void onReadmitted(ServiceTarget target, Endpoint endpoint) {
    tell(each -> each.onReadmitted(target, endpoint));
  }

  private void tell(Consumer<DiscoveryObserver> event) {
    for (DiscoveryObserver each : all) {
      try {
        event.accept(each);
      } catch (RuntimeException e) {
        LOGGER.error("{} failed; it is still told", each.getClass().getName(), e);
      }
    }
  }
}
