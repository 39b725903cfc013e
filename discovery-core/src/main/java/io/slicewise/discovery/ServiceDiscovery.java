package io.slicewise.discovery;

import io.slicewise.discovery.internal.Client;
import io.slicewise.discovery.internal.WatchLease;
import io.slicewise.discovery.internal.WatchRegistry;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.policy.Eligibility;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Follows the EndpointSlices of the Services that this process calls. One instance per process is
 * enough, whatever the number of Services, channels and clients: all share its streams and threads.
 *
 * <pre>{@code
 * try (ServiceDiscovery discovery = ServiceDiscovery.create();
 *     ServiceWatch checkout = discovery.watch("checkout.shop:grpc")) {
 *   checkout.whenSynced().get(5, TimeUnit.SECONDS);
 *   Endpoint endpoint = checkout.pick();
 * }
 * }</pre>
 *
 * <p>Thread safe. Losing the API server never takes an endpoint away: the last view goes on, and
 * says that it is stale. See {@code docs/concurrency.md} for threads and order.
 */
public final class ServiceDiscovery implements AutoCloseable {

  private final WatchRegistry registry;
  private final SliceSource source;
  private final Threads threads;
  private final String defaultNamespace;
  private final Client defaults;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  ServiceDiscovery(
      WatchRegistry registry,
      SliceSource source,
      Threads threads,
      String defaultNamespace,
      Client defaults) {
    this.registry = registry;
    this.source = source;
    this.threads = threads;
    this.defaultNamespace = defaultNamespace;
    this.defaults = defaults;
  }

  /**
   * Returns discovery with all defaults: in a pod by its service account, elsewhere by the
   * kubeconfig.
   *
   * @throws io.slicewise.discovery.kubernetes.ClusterConfigException if there is neither
   */
  public static ServiceDiscovery create() {
    return builder().build();
  }

  /** Returns a builder with all defaults. */
  public static ServiceDiscoveryBuilder builder() {
    return new ServiceDiscoveryBuilder();
  }

  /**
   * Begins to follow a Service. Returns at once; the first view comes when the API server answers.
   *
   * @param target see {@link ServiceTarget} for its spellings
   * @throws IllegalArgumentException if {@code target} cannot be read
   * @throws IllegalStateException if discovery is closed
   */
  public ServiceWatch watch(String target) {
    return watch(ServiceTarget.parse(target), WatchOptions.DEFAULTS);
  }

  /**
   * Begins to follow a Service. Returns at once; the first view comes when the API server answers.
   *
   * @param target a target without a namespace means the default namespace
   * @param options how this watch differs from others
   * @throws IllegalStateException if discovery is closed
   */
  public ServiceWatch watch(ServiceTarget target, WatchOptions options) {
    AddressType family = defaults.eligibility().family();
    Client client =
        new Client(
            new Eligibility(
                target.pod(),
                options.family() == null ? family : options.family(),
                options.hostNames(),
                options.filter()),
            options.protocol(),
            options.policy() == null ? defaults.policy() : options.policy(),
            options.strategy() == null ? defaults.strategy() : options.strategy(),
            options.weight(),
            options.health() == null ? defaults.health() : options.health(),
            options.subset() == null ? defaults.subset() : options.subset(),
            options.fallback());
    return new ServiceWatch(registry.acquire(target.inNamespace(defaultNamespace), client));
  }

  /**
   * Begins to follow which Services a namespace has, or shares what follows it already. Returns at
   * once; the first names come when the API server answers. It reads the metadata of all slices of
   * the namespace by one stream of its own, which needs no other permission than a watch does.
   *
   * @throws IllegalArgumentException if no namespace can have this name
   * @throws IllegalStateException if discovery is closed
   */
  public ServiceCatalog catalog(String namespace) {
    if (!ServiceTarget.isName(namespace)) {
      throw new IllegalArgumentException(
          "namespace: '" + namespace + "' (expected: 1 to 63 of a-z, 0-9 and - inside)");
    }
    return new ServiceCatalog(registry.catalog(namespace));
  }

  /** Returns the views of all watches that are open, in no order. */
  public List<ServiceView> views() {
    return registry.leases().stream().map(WatchLease::view).toList();
  }

  /**
   * Returns the verdicts of all watches that are open, in no order. Two watches of a Service may
   * differ: each has a policy and a memory of failures of its own.
   */
  public List<Explanation> explain() {
    return registry.leases().stream().map(WatchLease::explain).toList();
  }

  /** The namespace of targets that name none. */
  public String defaultNamespace() {
    return defaultNamespace;
  }

  /**
   * Ends discovery: every view says CLOSED, no listener is called any more, all streams end.
   * Idempotent, does not block, and may be called from a listener; {@link #awaitClosed} waits.
   */
  @Override
  public void close() {
    CompletableFuture<Void> drained = registry.end();
    source.close(); // at once: a scheduler of the application's may have ended, and drain nothing
    drained.whenComplete(
        (nothing, failure) -> {
          threads.shutdown();
          ended.complete(null);
        });
  }

  /**
   * Waits until everything that {@link #close()} began is over and no thread of discovery is left.
   *
   * @return whether that happened in time
   */
  public boolean awaitClosed(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      ended.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return threads.awaitEnd(deadline - System.nanoTime());
  }
}
