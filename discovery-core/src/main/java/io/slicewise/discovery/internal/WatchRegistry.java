package io.slicewise.discovery.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.Eligibility;
import io.slicewise.discovery.policy.EndpointWeight;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.SliceArchive;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All Services that are followed, each by one pipeline however many leases it has. Thread safe.
 *
 * <p>A pipeline whose last lease was closed lingers for a while, because idle clients come back;
 * the number of those is bounded.
 */
public final class WatchRegistry implements AutoCloseable {

  private static final int MOST_LINGERING = 1_024;

  /** What makes two leases share a pipeline. */
  private record Key(ServiceId service, @Nullable PortSelector port, String protocol) {

    // By hand, as in SlicePort: a JVM takes 50 ms to make its first of a record's own ones.
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Key other
          && service.name().equals(other.service.name())
          && service.namespace().equals(other.service.namespace())
          && Objects.equals(portName(), other.portName())
          && portNumber() == other.portNumber()
          && protocol.equals(other.protocol);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * service.name().hashCode() + service.namespace().hashCode())
          + portNumber()
          + Objects.hashCode(portName());
    }

    private @Nullable String portName() {
      return port == null ? null : port.name();
    }

    private int portNumber() {
      return port == null ? 0 : port.number();
    }
  }

  /**
   * A namespace's writer and what it owns.
   *
   * @param users its pipelines, and catalogues that were ever opened; only changes inside {@code
   *     namespaces.compute}
   */
  private record Namespace(StreamContext context, NamespaceFeed feed, AtomicInteger users) {

    void execute(Runnable task) {
      context.writer().execute(task);
    }
  }

  /** A pipeline and the number of its leases, which only changes inside {@code shared.compute}. */
  private static final class Shared {
    final Namespace namespace;
    final ServicePipeline pipeline;
    int leases;

    Shared(Namespace namespace, ServicePipeline pipeline) {
      this.namespace = namespace;
      this.pipeline = pipeline;
    }
  }

  private final Settings settings;
  private final DiscoveryObserver observer;
  private final Self self;
  private final SelfInquiry inquiry;
  private final AtomicBoolean watchListRefused = new AtomicBoolean();
  private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();
  private final Map<Key, Shared> shared = new ConcurrentHashMap<>();
  private final Set<WatchLease> leases = ConcurrentHashMap.newKeySet();
  private final CatalogRegistry catalogs;
  private final long subsetSeed; // so that all watches of this process choose alike
  private final Cache<Key, Shared> lingering;
  private final @Nullable SnapshotKeeper keeper;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Creates a registry that follows nothing yet. */
  public WatchRegistry(Settings settings) {
    this.settings = settings;
    this.observer = new SafeObserver(settings.observer());
    Environment environment = settings.environment();
    SliceArchive archive = settings.stability().archive();
    this.keeper =
        archive == null ? null : new SnapshotKeeper(settings.stability(), archive, environment);
    this.self = new Self(settings.pod());
    this.inquiry = new SelfInquiry(settings, self, this::followCallers);
    this.subsetSeed = settings.environment().random().nextLong();
    this.catalogs = new CatalogRegistry(settings.linger(), settings.connectJitter());
    this.lingering =
        Caffeine.newBuilder()
            .expireAfterWrite(settings.linger())
            .maximumSize(MOST_LINGERING)
            .ticker(environment.nanoTime()::getAsLong)
            .scheduler(Scheduler.forScheduledExecutorService(environment.writers()))
            .executor(Runnable::run)
            .removalListener(this::retire)
            .build();
  }

  /**
   * Returns a hold on a Service, followed from now on if it was not.
   *
   * @param target the target, its namespace filled in
   * @throws IllegalStateException if the registry is closed
   */
  public WatchLease acquire(ServiceTarget target, Client client) {
    Key key = new Key(target.serviceId(), target.port(), client.protocol());
    Client guarded = guarded(client); // first: what throws here must leave no hold
    Shared hold = hold(key);
    if (guarded.policy().usesCallers()) {
      inquiry.begin();
    }
    WatchLease lease =
        new WatchLease(
            target,
            guarded,
            self,
            hold.namespace.context(),
            settings.pickRandom(),
            settings.stability(),
            hold.pipeline.published(),
            subsetSeed,
            closing -> release(key, hold, closing));
    leases.add(lease);
    hold.namespace.execute(() -> hold.pipeline.attach(lease));
    if (closed.get()) {
      lease.close(); // end() may not have seen it
    }
    return lease;
  }

  /**
   * Returns a hold on the catalogue of a namespace, followed from now on if it was not.
   *
   * @throws IllegalStateException if the registry is closed
   */
  public CatalogLease catalog(String namespace) {
    requireOpen();
    CatalogLease lease = catalogs.acquire(namespaceOf(namespace).context());
    if (closed.get()) {
      catalogs.close(); // end() may not have seen it
    }
    return lease;
  }

  /** The leases that are open, in no order. */
  public List<WatchLease> leases() {
    return List.copyOf(leases);
  }

  private Shared hold(Key key) {
    requireOpen();
    Shared hold =
        shared.compute(
            key,
            (k, known) -> {
              Shared now = known == null ? follow(k) : known;
              now.leases++;
              return now;
            });
    lingering.invalidate(key);
    if (closed.get()) {
      hold.namespace.execute(hold.namespace.feed()::close); // end() may not have seen it
    }
    return hold;
  }

  /** Follows the Service of the callers for as long as this registry lives. */
  private void followCallers(ServiceId service, String how) {
    try {
      Shared hold = hold(new Key(service, null, "TCP"));
      CallerCensus census = new CallerCensus(service, how, self, hold.namespace.context());
      hold.namespace.execute(() -> hold.pipeline.attach(census));
    } catch (IllegalStateException e) {
      // closed meanwhile
    }
  }

  /** Keeps what the application gave from throwing on the writer. */
  private static Client guarded(Client client) {
    Eligibility terms = client.eligibility();
    return new Client(
        new Eligibility(
            terms.pod(), terms.family(), terms.hostNames(), new SafeFilter(terms.filter())),
        client.protocol(),
        new SafePolicy(client.policy()),
        client.strategy(),
        client.weight() == EndpointWeight.EQUAL
            ? EndpointWeight.EQUAL
            : new SafeWeight(client.weight()),
        client.health(),
        client.subset(),
        client.fallback());
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("discovery is closed");
    }
  }

  private Shared follow(Key key) {
    Namespace namespace = namespaceOf(key.service().namespace());
    ServicePipeline pipeline =
        new ServicePipeline(
            key.service(),
            key.port(),
            key.protocol(),
            namespace.context(),
            settings.portLookup(),
            settings.stability().maxStale());
    if (keeper != null) {
      SliceSnapshot.Saved saved = keeper.inherited(key.service());
      Audience page = keeper.open(key.service());
      namespace.execute(
          () -> {
            if (saved != null) {
              pipeline.restore(saved);
            }
            pipeline.attach(page);
          });
    }
    namespace.execute(() -> namespace.feed().add(pipeline));
    return new Shared(namespace, pipeline);
  }

  private Namespace namespaceOf(String name) {
    return namespaces.compute(
        name,
        (n, known) -> {
          Namespace now = known == null ? openNamespace(n) : known;
          now.users().incrementAndGet();
          return now;
        });
  }

  /** Drops a namespace with its last user: callers may take its name from theirs. */
  private void leave(Namespace namespace) {
    namespaces.computeIfPresent(
        namespace.context().namespace(),
        (n, now) -> now == namespace && now.users().decrementAndGet() == 0 ? null : now);
  }

  private Namespace openNamespace(String name) {
    SerialExecutor writer = new SerialExecutor(settings.environment().writers());
    StreamContext context =
        new StreamContext(
            name,
            settings.source(),
            SliceRequest.Content.SLICES,
            settings.environment(),
            writer,
            settings.staleAfter(),
            watchListRefused,
            observer,
            self);
    return new Namespace(
        context,
        new NamespaceFeed(context, settings.connectJitter(), settings.wholeNamespace()),
        new AtomicInteger());
  }

  private void release(Key key, Shared hold, WatchLease lease) {
    leases.remove(lease);
    hold.namespace.execute(() -> hold.pipeline.detach(lease));
    shared.computeIfPresent(
        key,
        (k, now) -> {
          now.leases -= now == hold ? 1 : 0;
          return now;
        });
    lingering.put(key, hold); // retire() looks again whether somebody came back
  }

  private void retire(@Nullable Key key, @Nullable Shared unused, RemovalCause cause) {
    if (key == null || !cause.wasEvicted()) {
      return;
    }
    shared.computeIfPresent(
        key,
        (k, now) -> {
          // It may be a newer one than lingered: a release() that was late to say so has replaced
          // its entry here, and nobody else would retire it.
          if (now.leases > 0) {
            return now;
          }
          now.namespace.execute(() -> now.namespace.feed().remove(now.pipeline));
          now.namespace.execute(now.pipeline::close);
          leave(now.namespace);
          return null;
        });
  }

  /**
   * Ends everything: leases first, so that no listener is called any more, then streams, then what
   * is queued for the writers. Idempotent and non-blocking.
   *
   * @return completes when the writers have nothing left to do
   */
  public CompletableFuture<Void> end() {
    if (!closed.compareAndSet(false, true)) {
      return ended;
    }
    inquiry.close();
    if (keeper != null) {
      keeper.close(); // first: what is forgotten from here on is still known
    }
    leases.forEach(WatchLease::close);
    lingering.invalidateAll();
    catalogs.close();
    List<CompletableFuture<Void>> drained = new ArrayList<>();
    for (Namespace namespace : namespaces.values()) {
      drained.add(
          CompletableFuture.runAsync(namespace.feed()::close, namespace.context().writer()));
    }
    CompletableFuture.allOf(drained.toArray(CompletableFuture[]::new))
        .whenComplete((nothing, failure) -> ended.complete(null));
    if (settings.environment().writers().isShutdown()) {
      ended.complete(null); // the application's, which ended before us: nothing will be drained
    }
    return ended;
  }

  /** Ends everything; see {@link #end()}. */
  @Override
  public void close() {
    end();
  }
}
