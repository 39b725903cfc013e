package io.slicewise.discovery.spring;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.ZoneAware;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be configured under {@code slicewise}. A property that is not known is refused, and so
 * is a value out of its range: a typing error must not be found at night.
 *
 * @param enabled whether Slicewise is used at all; if not set, in Kubernetes and wherever
 *     slicewise.kubeconfig is set
 * @param kubeconfig the kubeconfig file to use; if not set, the pod's service account, elsewhere
 *     that of $KUBECONFIG or ~/.kube/config
 * @param context the context of slicewise.kubeconfig; if not set, the current one
 * @param namespace the namespace of Services that are named without one; if not set, the pod's or
 *     the context's
 * @param zone the zone that this application runs in; if not set, spring.cloud.loadbalancer.zone,
 *     and then it is found
 * @param node the node that this application runs on; if not set, it is found
 * @param readNode whether the own Node may be read for its zone where nothing else tells it, which
 *     needs the verb get on nodes
 * @param policy which endpoints are called, and how calls spread over zones
 * @param tolerance how far above an equal share an endpoint may be loaded to keep calls in their
 *     zone, 0 to 10; for the policies auto and zone-aware
 * @param strategy which endpoint is chosen inside a zone
 * @param subset about how many endpoints of a Service calls go to, 0 for all
 * @param callers where the callers are, of which this application is one
 * @param health what is done about endpoints that are new or fail
 * @param watch how Services are followed
 * @param stability what stands in while the API server is away
 * @param startup what is waited for at start
 * @param discovery the discovery clients
 * @param loadbalancer the load balancer
 * @param grpc gRPC channels
 * @param services how single Services differ, by the name they are called by; a name with dots
 *     stands in brackets: slicewise.services[checkout.shop].port
 */
@ConfigurationProperties(prefix = "slicewise", ignoreUnknownFields = false)
public record SlicewiseProperties(
    @Nullable Boolean enabled,
    @Nullable Path kubeconfig,
    @Nullable String context,
    @Nullable String namespace,
    @Nullable String zone,
    @Nullable String node,
    @DefaultValue("false") boolean readNode,
    @DefaultValue("auto") Policy policy,
    @DefaultValue("0.2") double tolerance,
    @DefaultValue("two-choices") PickStrategy strategy,
    @DefaultValue("0") int subset,
    @DefaultValue Callers callers,
    @DefaultValue Health health,
    @DefaultValue Watch watch,
    @DefaultValue Stability stability,
    @DefaultValue Startup startup,
    @DefaultValue Discovery discovery,
    @DefaultValue Loadbalancer loadbalancer,
    @DefaultValue Grpc grpc,
    @DefaultValue Map<String, Service> services) {

  public SlicewiseProperties {
    services = Map.copyOf(services);
    requireTolerance("slicewise.tolerance", tolerance);
    if (context != null && kubeconfig == null) {
      throw new IllegalArgumentException(
          "slicewise.context: " + context + " (expected: slicewise.kubeconfig beside it)");
    }
  }

  /** Which endpoints are called; see {@link TopologyPolicy}. */
  public enum Policy {
    /** The hints for nodes where kube-proxy would follow them, otherwise as zone-aware. */
    AUTO,
    /** As little traffic between zones as is possible without overloading an endpoint. */
    ZONE_AWARE,
    /** As kube-proxy does. */
    KUBERNETES,
    /** The own zone while it has endpoints. */
    SAME_ZONE,
    /** The own node while it has endpoints. */
    SAME_NODE,
    /** Nothing but the own node. */
    SAME_NODE_STRICT,
    /** All alike. */
    UNIFORM;

    /** Returns the policy itself. */
    public TopologyPolicy topology(double tolerance) {
      ZoneAware zoneAware = TopologyPolicy.zoneAware().withTolerance(tolerance);
      return switch (this) {
        case AUTO -> TopologyPolicy.auto(zoneAware);
        case ZONE_AWARE -> zoneAware;
        case KUBERNETES -> TopologyPolicy.kubernetes();
        case SAME_ZONE -> TopologyPolicy.sameZone();
        case SAME_NODE -> TopologyPolicy.sameNode();
        case SAME_NODE_STRICT -> TopologyPolicy.sameNodeStrict();
        case UNIFORM -> TopologyPolicy.uniform();
      };
    }
  }

  /**
   * Where the callers are.
   *
   * @param shares the share of the callers in each zone; if empty, it is found
   * @param service the Service that this application belongs to, as service or service.namespace;
   *     its endpoints are the callers
   * @param find whether to look for that Service, by one list of the slices of the own namespace
   */
  public record Callers(
      @DefaultValue Map<String, Double> shares,
      @Nullable String service,
      @DefaultValue("true") boolean find) {

    public Callers {
      shares = Map.copyOf(shares);
    }
  }

  /**
   * What is done about endpoints that are new or fail.
   *
   * @param ejection whether endpoints that fail are left out for a while
   * @param slowStart how long a new endpoint takes to get its full share, zero to an hour
   */
  public record Health(
      @DefaultValue("true") boolean ejection, @DefaultValue("30s") Duration slowStart) {

    public Health {
      requireSlowStart("slicewise.health.slow-start", slowStart);
    }

    /** Returns the same for the core. */
    public HealthOptions options() {
      return new HealthOptions(ejection, slowStart);
    }
  }

  /**
   * How Services are followed.
   *
   * @param family the preferred IP family, ipv4 or ipv6; if not set, that of this machine
   * @param idle for how long a Service that nobody calls is still followed
   * @param linger for how long a Service is followed after its last watch was closed
   * @param staleAfter for how long the API server may be lost before views turn stale
   * @param connectJitter the longest random wait before the first request to the API server
   * @param wholeNamespace whether to watch all slices of a namespace instead of those in use
   * @param servicePortNumbers whether a port number that is no target port is tried as the
   *     Service's own, which needs the verb get on services
   */
  public record Watch(
      @Nullable AddressType family,
      @DefaultValue("10m") Duration idle,
      @DefaultValue("30s") Duration linger,
      @DefaultValue("10s") Duration staleAfter,
      @DefaultValue("100ms") Duration connectJitter,
      @DefaultValue("false") boolean wholeNamespace,
      @DefaultValue("false") boolean servicePortNumbers) {

    public Watch {
      requireAtLeast("slicewise.watch.idle", idle, Duration.ofSeconds(1));
      requireAtLeast("slicewise.watch.linger", linger, Duration.ZERO);
      requireAtLeast("slicewise.watch.stale-after", staleAfter, Duration.ZERO);
      requireAtLeast("slicewise.watch.connect-jitter", connectJitter, Duration.ZERO);
    }
  }

  /**
   * What stands in while the API server is away.
   *
   * @param maxStale for how long the last view of a Service goes on; if not set, for ever
   * @param snapshot a file that keeps what is known for the next start; its directory must exist
   *     and outlive the process, an emptyDir say. If not set, none is written.
   * @param snapshotMaxAge how old what that file holds may be
   * @param fallbackAfter for how long nothing is known of a Service before calls go to its
   *     slicewise.services.*.fallback
   */
  public record Stability(
      @Nullable Duration maxStale,
      @Nullable Path snapshot,
      @DefaultValue("10m") Duration snapshotMaxAge,
      @DefaultValue("1s") Duration fallbackAfter) {

    public Stability {
      Duration least = Duration.ofMillis(1);
      if (maxStale != null) {
        requireAtLeast("slicewise.stability.max-stale", maxStale, least);
      }
      requireAtLeast("slicewise.stability.snapshot-max-age", snapshotMaxAge, least);
      requireAtLeast("slicewise.stability.fallback-after", fallbackAfter, Duration.ZERO);
    }
  }

  /**
   * What is waited for at start.
   *
   * @param follow Services to follow from the start; all others are followed from the first call
   * @param failFast whether the start fails if those are not known in time; if not, nothing is
   *     waited for
   * @param timeout for how long the start waits for them, if it may fail
   */
  public record Startup(
      @DefaultValue List<String> follow,
      @DefaultValue("false") boolean failFast,
      @DefaultValue("30s") Duration timeout) {

    public Startup {
      follow = List.copyOf(follow);
      requireAtLeast("slicewise.startup.timeout", timeout, Duration.ofMillis(1));
      if (failFast && follow.isEmpty()) {
        throw new IllegalArgumentException(
            "slicewise.startup.fail-fast: true (expected: Services to wait for in"
                + " slicewise.startup.follow)");
      }
    }
  }

  /**
   * The discovery clients.
   *
   * @param enabled whether there are discovery clients of Slicewise
   * @param order their order among other discovery clients
   * @param namespaces whose Services are listed; if empty, the default namespace. Services of
   *     others than that are named service.namespace.
   * @param timeout for how long the first question for a Service waits for the API server
   * @param heartbeat whether a HeartbeatEvent is published when Services or instances change
   * @param heartbeatInterval the shortest time between two of them
   */
  public record Discovery(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("0") int order,
      @DefaultValue List<String> namespaces,
      @DefaultValue("2s") Duration timeout,
      @DefaultValue("true") boolean heartbeat,
      @DefaultValue("1s") Duration heartbeatInterval) {

    public Discovery {
      namespaces = List.copyOf(namespaces);
      requireAtLeast("slicewise.discovery.timeout", timeout, Duration.ZERO);
      requireAtLeast(
          "slicewise.discovery.heartbeat-interval", heartbeatInterval, Duration.ofSeconds(1));
    }
  }

  /**
   * The load balancer.
   *
   * @param enabled whether Slicewise picks the instance; if not, Spring's load balancer does, from
   *     the instances of the discovery client
   * @param timeout for how long the first call to a Service waits for the API server
   */
  public record Loadbalancer(
      @DefaultValue("true") boolean enabled, @DefaultValue("2s") Duration timeout) {

    public Loadbalancer {
      requireAtLeast("slicewise.loadbalancer.timeout", timeout, Duration.ZERO);
    }
  }

  /**
   * gRPC channels.
   *
   * @param enabled whether channels of Spring gRPC to k8s:///… share the application's streams and
   *     settings
   */
  public record Grpc(@DefaultValue("true") boolean enabled) {}

  /**
   * How a single Service differs.
   *
   * @param service its name in Kubernetes; if not set, the name it is called by
   * @param namespace its namespace; if not set, that of its name, or the default
   * @param port the name of its port, or a target port number; if not set, its only port, or the
   *     one named grpc or http
   * @param policy as slicewise.policy
   * @param tolerance as slicewise.tolerance
   * @param strategy as slicewise.strategy
   * @param subset as slicewise.subset
   * @param ejection as slicewise.health.ejection
   * @param slowStart as slicewise.health.slow-start
   * @param hostNames whether endpoints that are host names may be called
   * @param secure whether it is called by https; if not set, by the port: appProtocol https, or the
   *     name https, or a name that begins with https-
   * @param fallback where calls go while nothing is known of it, as host:port, its DNS name and its
   *     own port say: checkout.shop.svc:80; if not set, nowhere
   * @param dnsName whether calls go to the Service's DNS name instead of a pod, which is for
   *     certificates that name the Service; the cluster then chooses the pod
   */
  public record Service(
      @Nullable String service,
      @Nullable String namespace,
      @Nullable String port,
      @Nullable Policy policy,
      @Nullable Double tolerance,
      @Nullable PickStrategy strategy,
      @Nullable Integer subset,
      @Nullable Boolean ejection,
      @Nullable Duration slowStart,
      @DefaultValue("false") boolean hostNames,
      @Nullable Boolean secure,
      @Nullable String fallback,
      @DefaultValue("false") boolean dnsName) {}

  private static void requireTolerance(String what, double value) {
    if (!(value >= 0 && value <= 10)) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: 0 to 10)");
    }
  }

  private static void requireSlowStart(String what, Duration value) {
    requireAtLeast(what, value, Duration.ZERO);
    if (value.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: <= PT1H)");
    }
  }

  private static void requireAtLeast(String what, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
