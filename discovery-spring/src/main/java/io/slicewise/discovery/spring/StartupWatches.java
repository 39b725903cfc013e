package io.slicewise.discovery.spring;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.ServiceView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;

/**
 * Follows Services from the start, and waits for them if the application wants that. It runs before
 * the web server takes requests.
 */
final class StartupWatches implements SmartLifecycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(StartupWatches.class);

  private final SlicewiseProperties.Startup startup;
  private final ServiceWatches watches;
  private volatile boolean running;

  StartupWatches(SlicewiseProperties.Startup startup, ServiceWatches watches) {
    this.startup = startup;
    this.watches = watches;
  }

  /**
   * Follows the Services.
   *
   * @throws ServicesUnknownException if they are waited for and not known in time
   */
  @Override
  public void start() {
    List<ServiceWatch> opened = new ArrayList<>();
    for (int i = 0; i < startup.follow().size(); i++) {
      String id = startup.follow().get(i);
      FollowedService followed = watches.keep(id);
      if (followed == null) {
        throw new InvalidConfigurationPropertyValueException(
            "slicewise.startup.follow[" + i + "]", id, "expected: service or service.namespace");
      }
      opened.add(followed.watch());
    }
    if (startup.failFast()) {
      await(opened);
    }
    running = true;
  }

  private void await(List<ServiceWatch> opened) {
    CompletableFuture<?>[] synced =
        opened.stream().map(ServiceWatch::whenSynced).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(synced).get(startup.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new ServicesUnknownException(
          startup.timeout(),
          opened.stream()
              .map(ServiceWatch::view)
              .filter(view -> !view.state().isListed())
              .map(view -> view.target() + ": " + view.problem())
              .toList(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + startup.follow(), e);
    }
    for (ServiceWatch watch : opened) {
      ServiceView view = watch.view();
      if (view.eligible().isEmpty()) {
        LOGGER.warn("{} has no ready endpoint: {}", view.target(), view.problem());
      }
    }
  }

  @Override
  public void stop() {
    running = false; // the watches go on for requests that are under way
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Early, so that nothing is served by an application whose start fails. */
  @Override
  public int getPhase() {
    return DEFAULT_PHASE / 2;
  }
}
