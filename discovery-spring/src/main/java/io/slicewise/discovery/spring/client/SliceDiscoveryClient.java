package io.slicewise.discovery.spring.client;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SliceServiceInstance;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/**
 * Tells the ready endpoints of Services from the views that the application keeps anyway. Thread
 * safe.
 *
 * <p>There is no cache to grow old: each answer is the present view. Only the first question about
 * a Service waits, and at most for the configured time; never on a thread that must not block. An
 * API server that is away is no error: the last view is told, or nothing if there was none.
 */
public final class SliceDiscoveryClient implements DiscoveryClient {

  static final String DESCRIPTION = "Slicewise Discovery Client (Kubernetes EndpointSlices)";

  private final ServiceWatches watches;
  private final Catalogs catalogs;
  private final FirstAnswer first;
  private final int order;

  SliceDiscoveryClient(ServiceWatches watches, Catalogs catalogs, FirstAnswer first, int order) {
    this.watches = requireNonNull(watches, "watches");
    this.catalogs = requireNonNull(catalogs, "catalogs");
    this.first = requireNonNull(first, "first");
    this.order = order;
  }

  @Override
  public String description() {
    return DESCRIPTION;
  }

  /** Returns the endpoints that may be called; none if there can be no such Service. */
  @Override
  public List<ServiceInstance> getInstances(String serviceId) {
    FollowedService followed = watches.find(serviceId);
    if (followed == null) {
      return List.of();
    }
    ServiceWatch watch = followed.watch();
    if (watch.view().state() == SyncState.PENDING && NonBlocking.mayWait()) {
      await(watch);
    }
    return instances(followed, first);
  }

  /** Returns what is known now, and says why if that is nothing yet. */
  static List<ServiceInstance> instances(FollowedService followed, FirstAnswer first) {
    ServiceWatch watch = followed.watch();
    ServiceView view = watch.view();
    if (view.state() == SyncState.PENDING && first.remaining(watch).isZero()) {
      first.missed(watch, view.target().toString(), String.valueOf(view.problem()));
    }
    return view.eligible().stream()
        .<ServiceInstance>map(
            endpoint -> new SliceServiceInstance(followed.service(), endpoint, view))
        .toList();
  }

  private void await(ServiceWatch watch) {
    try {
      watch.whenSynced().get(first.remaining(watch).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // what is known is told all the same
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns the names that instances can be asked for: the Services of the configured namespaces,
   * and those that the configuration names. Sorted.
   */
  @Override
  public List<String> getServices() {
    if (NonBlocking.mayWait()) {
      catalogs.await(first);
    }
    return catalogs.services(first);
  }

  /** Does nothing: what there is to tell is in memory, and losing the API server takes none. */
  @Override
  public void probe() {}

  @Override
  public int getOrder() {
    return order;
  }
}
