package io.slicewise.discovery;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.internal.Environment;
import io.slicewise.discovery.internal.OwnAddresses;
import io.slicewise.discovery.internal.Settings;
import io.slicewise.discovery.internal.WatchRegistry;
import io.slicewise.discovery.kubernetes.ApiServerSource;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.ServicePortLookup;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a {@link ServiceDiscovery}. Not thread safe.
 *
 * <table>
 * <caption>Settings and their defaults</caption>
 * <tr><th>setting</th><th>default</th></tr>
 * <tr><td>cluster</td><td>the pod's service account, else the kubeconfig</td></tr>
 * <tr><td>namespace</td><td>the cluster configuration's, at last {@code default}</td></tr>
 * <tr><td>family</td><td>IPv4, unless this machine has only IPv6 addresses</td></tr>
 * <tr><td>linger</td><td>30 s</td></tr>
 * <tr><td>staleAfter</td><td>10 s</td></tr>
 * <tr><td>connectJitter</td><td>100 ms</td></tr>
 * <tr><td>wholeNamespace</td><td>false</td></tr>
 * <tr><td>servicePortNumbers</td><td>false</td></tr>
 * <tr><td>observer</td><td>none</td></tr>
 * <tr><td>listenerExecutor</td><td>one daemon thread of its own</td></tr>
 * <tr><td>scheduler</td><td>two daemon threads of its own</td></tr>
 * </table>
 */
public final class ServiceDiscoveryBuilder {

  private @Nullable ClusterConfig cluster;
  private @Nullable SliceSource source;
  private @Nullable String namespace;
  private @Nullable AddressType family;
  private Duration linger = Duration.ofSeconds(30);
  private Duration staleAfter = Duration.ofSeconds(10);
  private Duration connectJitter = Duration.ofMillis(100);
  private boolean wholeNamespace;
  private boolean servicePortNumbers;
  private DiscoveryObserver observer = DiscoveryObserver.NONE;
  private @Nullable ScheduledExecutorService scheduler;
  private @Nullable Executor listenerExecutor;
  private LongSupplier nanoTime = System::nanoTime;
  private InstantSource wallClock = InstantSource.system();
  private RandomGenerator random = new Random();
  private RandomSource pickRandom = RandomSource.threadLocal();

  ServiceDiscoveryBuilder() {}

  /** Sets how to reach the cluster. */
  public ServiceDiscoveryBuilder cluster(ClusterConfig cluster) {
    this.cluster = requireNonNull(cluster, "cluster");
    return this;
  }

  /** Sets where to read instead of a cluster; it is closed with the discovery. */
  public ServiceDiscoveryBuilder source(SliceSource source) {
    this.source = requireNonNull(source, "source");
    return this;
  }

  /** Sets the namespace of targets that name none. */
  public ServiceDiscoveryBuilder namespace(String namespace) {
    this.namespace = new ServiceTarget(null, "any", requireNonNull(namespace), null).namespace();
    return this;
  }

  /** Sets the preferred IP family: {@link AddressType#IPV4} or {@link AddressType#IPV6}. */
  public ServiceDiscoveryBuilder family(AddressType family) {
    if (family != AddressType.IPV4 && family != AddressType.IPV6) {
      throw new IllegalArgumentException("family: " + family + " (expected: IPV4 or IPV6)");
    }
    this.family = family;
    return this;
  }

  /** Sets how long a Service is followed after its last watch was closed; zero or more. */
  public ServiceDiscoveryBuilder linger(Duration linger) {
    this.linger = requireNotNegative("linger", linger);
    return this;
  }

  /** Sets how long the API server may be lost before views turn STALE; zero or more. */
  public ServiceDiscoveryBuilder staleAfter(Duration staleAfter) {
    this.staleAfter = requireNotNegative("staleAfter", staleAfter);
    return this;
  }

  /**
   * Sets the longest random wait before the first request of a namespace: it keeps a thousand
   * replicas that start together from asking together, and lets watches that are opened together
   * share one request. Zero or more.
   */
  public ServiceDiscoveryBuilder connectJitter(Duration connectJitter) {
    this.connectJitter = requireNotNegative("connectJitter", connectJitter);
    return this;
  }

  /** Sets whether to watch every slice of a namespace instead of those of the Services in use. */
  public ServiceDiscoveryBuilder wholeNamespace(boolean wholeNamespace) {
    this.wholeNamespace = wholeNamespace;
    return this;
  }

  /**
   * Sets whether a port number that is no target port is tried as the Service's own port number.
   * This needs the verb {@code get} on {@code services}, which nothing else does.
   */
  public ServiceDiscoveryBuilder servicePortNumbers(boolean servicePortNumbers) {
    this.servicePortNumbers = servicePortNumbers;
    return this;
  }

  /** Sets who hears how watching goes. */
  public ServiceDiscoveryBuilder observer(DiscoveryObserver observer) {
    this.observer = requireNonNull(observer, "observer");
    return this;
  }

  /** Sets what runs discovery's own short tasks and timers; not shut down by discovery. */
  public ServiceDiscoveryBuilder scheduler(ScheduledExecutorService scheduler) {
    this.scheduler = requireNonNull(scheduler, "scheduler");
    return this;
  }

  /** Sets what runs listeners; not shut down by discovery. */
  public ServiceDiscoveryBuilder listenerExecutor(Executor listenerExecutor) {
    this.listenerExecutor = requireNonNull(listenerExecutor, "listenerExecutor");
    return this;
  }

  /** Sets the clocks: one that only goes forward, in nanoseconds, and the time of day. */
  public ServiceDiscoveryBuilder clock(LongSupplier nanoTime, InstantSource wallClock) {
    this.nanoTime = requireNonNull(nanoTime, "nanoTime");
    this.wallClock = requireNonNull(wallClock, "wallClock");
    return this;
  }

  /** Sets the randomness of waits and of picks; both must be thread safe. */
  public ServiceDiscoveryBuilder random(RandomGenerator waits, RandomSource picks) {
    this.random = requireNonNull(waits, "waits");
    this.pickRandom = requireNonNull(picks, "picks");
    return this;
  }

  /**
   * Returns the discovery. Nothing is asked of the network before the first watch.
   *
   * @throws io.slicewise.discovery.kubernetes.ClusterConfigException if no cluster is configured,
   *     or what is configured cannot be read
   */
  public ServiceDiscovery build() {
    if (cluster != null && source != null) {
      throw new IllegalStateException("cluster cannot be combined with source");
    }
    Threads threads = new Threads();
    SliceSource from = source;
    ServicePortLookup lookup = null;
    String defaultNamespace = namespace == null ? "default" : namespace;
    if (from == null) {
      ClusterConfig config = cluster == null ? ClusterConfig.detect() : cluster;
      ThreadFactory readers = threads.readers();
      ApiServerSource server = new ApiServerSource(config, readers, wallClock);
      from = server;
      if (servicePortNumbers) {
        lookup =
            (service, port, protocol) ->
                server
                    .servicePorts(
                        service.namespace(),
                        service.name(),
                        question -> readers.newThread(question).start())
                    .thenApply(ports -> ports.nameOf(port, protocol));
      }
      defaultNamespace = namespace == null ? config.defaultNamespace() : namespace;
    }
    ScheduledExecutorService writers = scheduler == null ? threads.newWriters() : scheduler;
    Executor listeners = listenerExecutor == null ? threads.newListeners() : listenerExecutor;
    Environment environment = new Environment(writers, listeners, nanoTime, wallClock, random);
    WatchRegistry registry =
        new WatchRegistry(
            new Settings(
                from,
                environment,
                pickRandom,
                linger,
                staleAfter,
                connectJitter,
                wholeNamespace,
                lookup,
                observer));
    return new ServiceDiscovery(
        registry, from, threads, defaultNamespace, family == null ? OwnAddresses.family() : family);
  }

  private static Duration requireNotNegative(String what, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: >= 0)");
    }
    return value;
  }
}
