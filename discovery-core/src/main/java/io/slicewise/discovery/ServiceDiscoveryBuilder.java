package io.slicewise.discovery;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.internal.CallerSettings;
import io.slicewise.discovery.internal.Client;
import io.slicewise.discovery.internal.Environment;
import io.slicewise.discovery.internal.JvmNames;
import io.slicewise.discovery.internal.OwnAddresses;
import io.slicewise.discovery.internal.Settings;
import io.slicewise.discovery.internal.Stability;
import io.slicewise.discovery.internal.WatchRegistry;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.kubernetes.PodEnvironment;
import io.slicewise.discovery.kubernetes.SnapshotFile;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.source.DiscoveryObserver;
import io.slicewise.discovery.source.NameLookup;
import io.slicewise.discovery.source.SliceArchive;
import io.slicewise.discovery.source.SliceSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
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
 * <tr><td>policy</td><td>{@code auto}, tolerance 0.2</td></tr>
 * <tr><td>strategy</td><td>two choices</td></tr>
 * <tr><td>subset</td><td>all endpoints</td></tr>
 * <tr><td>health</td><td>ejection; slow start of 30 s</td></tr>
 * <tr><td>ownPod, zone, node</td><td>environment, downward API, token, then the slices that are
 *   watched</td></tr>
 * <tr><td>readNode</td><td>false</td></tr>
 * <tr><td>callers, callerService</td><td>found by the own pod</td></tr>
 * <tr><td>findCallers</td><td>true</td></tr>
 * <tr><td>maxStale</td><td>for ever</td></tr>
 * <tr><td>fallbackAfter</td><td>2 s</td></tr>
 * <tr><td>names</td><td>the JVM's resolver</td></tr>
 * <tr><td>snapshot</td><td>none</td></tr>
 * <tr><td>snapshotMaxAge</td><td>10 min</td></tr>
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
  private TopologyPolicy policy = TopologyPolicy.auto();
  private PickStrategy strategy = PickStrategy.TWO_CHOICES;
  private HealthOptions health = HealthOptions.DEFAULTS;
  private int subset;
  private @Nullable OwnPod pod;
  private @Nullable String zone;
  private @Nullable String node;
  private boolean readNode;
  private @Nullable Callers callers;
  private @Nullable ServiceTarget callerService;
  private boolean findCallers = true;
  private @Nullable Duration maxStale;
  private Duration fallbackAfter = Duration.ofSeconds(2);
  private @Nullable NameLookup names;
  private @Nullable Path snapshot;
  private Duration snapshotMaxAge = Duration.ofMinutes(10);
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
    this.linger = Checks.requireNotNegative("linger", linger);
    return this;
  }

  /** Sets how long the API server may be lost before views turn STALE; zero or more. */
  public ServiceDiscoveryBuilder staleAfter(Duration staleAfter) {
    this.staleAfter = Checks.requireNotNegative("staleAfter", staleAfter);
    return this;
  }

  /**
   * Sets the longest random wait before the first request of a namespace: it keeps a thousand
   * replicas that start together from asking together, and lets watches that are opened together
   * share one request. Zero or more.
   */
  public ServiceDiscoveryBuilder connectJitter(Duration connectJitter) {
    this.connectJitter = Checks.requireNotNegative("connectJitter", connectJitter);
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

  /** Sets which endpoints are picked from, and how calls spread over zones. */
  public ServiceDiscoveryBuilder policy(TopologyPolicy policy) {
    this.policy = requireNonNull(policy, "policy");
    return this;
  }

  /** Sets how an endpoint is chosen inside a zone. */
  public ServiceDiscoveryBuilder strategy(PickStrategy strategy) {
    this.strategy = requireNonNull(strategy, "strategy");
    return this;
  }

  /** Sets what is done about new endpoints and those that fail. */
  public ServiceDiscoveryBuilder health(HealthOptions health) {
    this.health = requireNonNull(health, "health");
    return this;
  }

  /**
   * Sets to about how many endpoints of a Service calls go, 0 for all: a large client of a large
   * Service need not connect to everybody. Each zone keeps a part as large as its share of the
   * calls, two at least; which ones is chosen at random once for this discovery, and one that comes
   * or goes changes one at most.
   */
  public ServiceDiscoveryBuilder subset(int subset) {
    this.subset = Checks.requireSubset(subset);
    return this;
  }

  /** Sets the zone that this process runs in, instead of finding it. */
  public ServiceDiscoveryBuilder zone(String zone) {
    this.zone = Checks.requireName("zone", zone);
    return this;
  }

  /** Sets the node that this process runs on, instead of finding it. */
  public ServiceDiscoveryBuilder node(String node) {
    this.node = Checks.requireName("node", node);
    return this;
  }

  /** Sets what is known of the own pod, instead of reading environment, files and token. */
  public ServiceDiscoveryBuilder ownPod(OwnPod pod) {
    this.pod = requireNonNull(pod, "pod");
    return this;
  }

  /**
   * Sets whether the own node may be read for its zone where nothing else tells it. This needs the
   * verb {@code get} on {@code nodes}, which cannot be limited to the own node.
   */
  public ServiceDiscoveryBuilder readNode(boolean readNode) {
    this.readNode = readNode;
    return this;
  }

  /**
   * Sets what share of the callers each zone has, instead of finding it.
   *
   * @param shares for each zone a number, zero or more; they are scaled to add up to 1
   */
  public ServiceDiscoveryBuilder callers(Map<String, Double> shares) {
    if (shares.isEmpty()) {
      throw new IllegalArgumentException("shares: {} (expected: at least one zone)");
    }
    this.callers = new Callers(shares, "configured shares");
    return this;
  }

  /**
   * Sets the Service that this process belongs to, instead of finding it: its endpoints are the
   * callers.
   *
   * @param service {@code service} or {@code service.namespace}
   */
  public ServiceDiscoveryBuilder callerService(String service) {
    ServiceTarget target = ServiceTarget.parse(service);
    if (target.pod() != null || target.port() != null) {
      throw new IllegalArgumentException(
          "callerService: " + service + " (expected: service or service.namespace)");
    }
    this.callerService = target;
    return this;
  }

  /**
   * Sets whether to look for the Service that the own pod belongs to, by one list of the slices of
   * the own namespace.
   */
  public ServiceDiscoveryBuilder findCallers(boolean findCallers) {
    this.findCallers = findCallers;
    return this;
  }

  /**
   * Sets how long a view goes on without the API server; more than zero. By default for ever: what
   * was true last is better than nothing. After that nothing is picked but the fallback of the
   * watch, if it has one, until the API server is back.
   */
  public ServiceDiscoveryBuilder maxStale(Duration maxStale) {
    this.maxStale = Checks.requirePositive("maxStale", maxStale);
    return this;
  }

  /**
   * Sets how long nothing is known of a Service before calls go to the fallback that its watch has;
   * zero or more.
   */
  public ServiceDiscoveryBuilder fallbackAfter(Duration fallbackAfter) {
    this.fallbackAfter = Checks.requireNotNegative("fallbackAfter", fallbackAfter);
    return this;
  }

  /** Sets what finds the addresses of fallbacks, instead of the JVM's own resolver. */
  public ServiceDiscoveryBuilder names(NameLookup names) {
    this.names = requireNonNull(names, "names");
    return this;
  }

  /**
   * Sets a file that keeps what is known for the next start, in case the API server is away then.
   * It is written with every change, at most every five seconds, by the owner and for the owner
   * only (0600), and read once by {@link #build()}. One file for each process; its directory must
   * exist and outlive the process: an {@code emptyDir} outlives a container. A file that is
   * damaged, of another cluster, too old or writable by others is ignored with one log line.
   */
  public ServiceDiscoveryBuilder snapshot(Path file) {
    this.snapshot = requireNonNull(file, "file");
    return this;
  }

  /** Sets how old what the snapshot file holds may be; more than zero. */
  public ServiceDiscoveryBuilder snapshotMaxAge(Duration snapshotMaxAge) {
    this.snapshotMaxAge = Checks.requirePositive("snapshotMaxAge", snapshotMaxAge);
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
    Checks.requireOneAtMost("cluster", cluster, "source", source);
    Checks.requireOneAtMost("callers", callers, "callerService", callerService);
    Threads threads = new Threads();
    ClusterAccess access = ClusterAccess.to(source, cluster, threads.readers(), wallClock);
    String defaultNamespace = namespace == null ? access.defaultNamespace() : namespace;
    ScheduledExecutorService writers = scheduler == null ? threads.newWriters() : scheduler;
    Executor listeners = listenerExecutor == null ? threads.newListeners() : listenerExecutor;
    Environment environment = new Environment(writers, listeners, nanoTime, wallClock, random);
    WatchRegistry registry =
        new WatchRegistry(
            new Settings(
                access.source(),
                environment,
                pickRandom,
                linger,
                staleAfter,
                connectJitter,
                wholeNamespace,
                servicePortNumbers ? access.ports() : null,
                ownPod(),
                new CallerSettings(
                    callers,
                    callerService == null ? null : callerService.inNamespace(defaultNamespace),
                    findCallers),
                readNode ? access.nodes() : null,
                stability(threads, access.source().describe()),
                observer));
    AddressType preferred = family == null ? OwnAddresses.family() : family;
    Client defaults = Client.of(preferred, policy, strategy, health, subset);
    return new ServiceDiscovery(registry, access.source(), threads, defaultNamespace, defaults);
  }

  private Stability stability(Threads threads, String server) {
    NameLookup lookup = names == null ? new JvmNames(threads.newNames()) : names;
    SliceArchive archive = null;
    Executor archivist = Runnable::run;
    if (snapshot != null) {
      archive = new SnapshotFile(snapshot, server, snapshotMaxAge, wallClock);
      archivist = threads.newArchivist();
    }
    return new Stability(maxStale, fallbackAfter, lookup, archive, snapshotMaxAge, archivist);
  }

  private OwnPod ownPod() {
    OwnPod found = pod;
    if (found == null) {
      found = source == null ? PodEnvironment.detect(OwnAddresses.all()) : OwnPod.UNKNOWN;
    }
    found = node == null ? found : found.onNode(node);
    return zone == null ? found : found.inZone(zone, "configured");
  }
}
