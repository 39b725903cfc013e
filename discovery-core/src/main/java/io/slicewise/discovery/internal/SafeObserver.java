package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps what an application's observer throws away from the writer; logs each kind once. */
final class SafeObserver implements DiscoveryObserver {

  private static final Logger LOGGER = System.getLogger(SafeObserver.class.getName());

  private final DiscoveryObserver delegate;
  private final Set<Class<?>> logged = ConcurrentHashMap.newKeySet();

  SafeObserver(DiscoveryObserver delegate) {
    this.delegate = delegate;
  }

  @Override
  public void onStreamOpened(String namespace, SortedSet<String> services) {
    guard(() -> delegate.onStreamOpened(namespace, services));
  }

  @Override
  public void onStreamEnded(String namespace, String reason, Duration lived) {
    guard(() -> delegate.onStreamEnded(namespace, reason, lived));
  }

  @Override
  public void onRelisted(String namespace, String reason) {
    guard(() -> delegate.onRelisted(namespace, reason));
  }

  @Override
  public void onFailure(String namespace, String problem, Duration delay) {
    guard(() -> delegate.onFailure(namespace, problem, delay));
  }

  @Override
  public void onPublished(ServiceView view) {
    guard(() -> delegate.onPublished(view));
  }

  @Override
  public void onEjected(ServiceTarget target, Endpoint endpoint, Duration length) {
    guard(() -> delegate.onEjected(target, endpoint, length));
  }

  @Override
  public void onReadmitted(ServiceTarget target, Endpoint endpoint) {
    guard(() -> delegate.onReadmitted(target, endpoint));
  }

  private void guard(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) { // Kotlin throws checked ones, too
      if (logged.add(e.getClass())) {
        LOGGER.log(Level.ERROR, "an observer failed; it is still told", e);
      }
    }
  }
}
