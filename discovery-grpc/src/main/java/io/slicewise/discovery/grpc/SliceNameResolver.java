package io.slicewise.discovery.grpc;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.kubernetes.ClusterConfigException;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.EndpointWeight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a Service to its ready endpoints and pushes every change.
 *
 * <p>The first complete list is told as soon as it is there; if it is not there in time, one error
 * says why, and the list follows when it comes. After the first list there is never an error: what
 * was known last goes on, however long the API server is away. The same addresses are never told
 * twice, and those that stay are told by the same objects.
 */
final class SliceNameResolver extends NameResolver {

  /** How long calls wait for the first list before they are told that there is none. */
  static final Duration FIRST_LIST = Duration.ofSeconds(5);

  /** How long a discovery that could not be made is let be. */
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(5);

  /** Where the discovery comes from and where it goes. */
  interface DiscoverySource {
    ServiceDiscovery acquire();

    void release();
  }

  private final String target;
  private final ServiceTarget service;
  private final WatchOptions options;
  private final DiscoverySource source;
  private final SynchronizationContext syncContext;
  private final ScheduledExecutorService timer;
  private final String authority;

  // Confined to the sync context.
  private @Nullable Listener2 listener;
  private @Nullable ServiceDiscovery discovery;
  private @Nullable ServiceWatch watch;
  private ServiceWatch.@Nullable Subscription subscription;
  private SynchronizationContext.@Nullable ScheduledHandle deadline;
  private @Nullable Told told;
  private @Nullable String failure; // that was told last
  private boolean shutdown;

  /** Confined to the watch's one delivery at a time. */
  private Map<Endpoint, EquivalentAddressGroup> groups = new HashMap<>();

  /** What was told last. */
  private record Told(List<EquivalentAddressGroup> addresses, Surroundings surroundings) {
    boolean isSame(Told other) {
      if (addresses.size() != other.addresses.size() || !surroundings.isNear(other.surroundings)) {
        return false;
      }
      for (int i = 0; i < addresses.size(); i++) {
        if (addresses.get(i) != other.addresses.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  SliceNameResolver(
      String target,
      ServiceTarget service,
      WatchOptions options,
      DiscoverySource source,
      Function<ServiceTarget, String> authority,
      Args args) {
    this.target = target;
    this.service = service;
    this.options = options;
    this.source = source;
    this.syncContext = args.getSynchronizationContext();
    this.timer = args.getScheduledExecutorService();
    this.authority = authority.apply(service);
  }

  @Override
  public String getServiceAuthority() {
    return authority;
  }

  @Override
  public void start(Listener2 newListener) {
    listener = newListener;
    open();
  }

  private void open() {
    try {
      ServiceDiscovery opened = source.acquire();
      discovery = opened;
      watch = opened.watch(service, options);
      subscription = watch.subscribe(this::hear);
      deadline = after(FIRST_LIST, this::tellThatNothingCame);
    } catch (ClusterConfigException | IllegalStateException e) {
      close();
      deadline = after(BETWEEN_ATTEMPTS, this::open); // gRPC asks but once more after an error
      fail(String.valueOf(e.getMessage()));
    }
  }

  private SynchronizationContext.ScheduledHandle after(Duration delay, Runnable task) {
    return syncContext.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS, timer);
  }

  private void tellThatNothingCame() {
    if (told == null && !shutdown && watch != null) {
      ServiceView view = watch.view();
      String problem = view.problem();
      fail("no endpoints known yet" + (problem == null ? "" : ": " + problem));
    }
  }

  private void fail(String problem) {
    if (listener != null && !shutdown && !problem.equals(failure)) {
      failure = problem;
      listener.onError(Status.UNAVAILABLE.withDescription(target + ": " + problem));
    }
  }

  /** Takes a view, on a listener's thread, one at a time. */
  private void hear(ServiceView view) {
    if (view.state() == SyncState.PENDING || view.state() == SyncState.CLOSED) {
      return;
    }
    Map<Endpoint, EquivalentAddressGroup> known = groups;
    Map<Endpoint, EquivalentAddressGroup> next = new HashMap<>(2 * view.eligible().size());
    List<EquivalentAddressGroup> addresses = new ArrayList<>(view.eligible().size());
    boolean weighted = options.weight() != EndpointWeight.EQUAL;
    for (int i = 0; i < view.endpoints().size(); i++) {
      if (view.selection().out(i) != null) {
        continue;
      }
      Endpoint endpoint = view.endpoints().get(i);
      double weight = weighted ? view.selection().weight(i) : 1;
      EquivalentAddressGroup group = known.get(endpoint);
      if (group == null || !says(group, endpoint, weight)) {
        group = group(endpoint, weight);
      }
      next.put(endpoint, group);
      addresses.add(group);
    }
    groups = next;
    Told news = new Told(addresses, Surroundings.of(view));
    syncContext.execute(() -> tell(news));
  }

  private static boolean says(EquivalentAddressGroup group, Endpoint endpoint, double weight) {
    Attributes attributes = group.getAttributes();
    return Objects.equals(attributes.get(EndpointAttributes.ZONE), endpoint.zone())
        && Objects.requireNonNullElse(attributes.get(EndpointAttributes.WEIGHT), 1.0) == weight;
  }

  private static EquivalentAddressGroup group(Endpoint endpoint, double weight) {
    Attributes.Builder attributes =
        Attributes.newBuilder().set(EndpointAttributes.ENDPOINT, endpoint);
    String zone = endpoint.zone();
    if (zone != null) {
      attributes.set(EndpointAttributes.ZONE, zone);
    }
    if (weight != 1) {
      attributes.set(EndpointAttributes.WEIGHT, weight);
    }
    return new EquivalentAddressGroup(endpoint.socketAddress(), attributes.build());
  }

  private void tell(Told news) {
    if (shutdown || listener == null || told != null && told.isSame(news)) {
      return;
    }
    told = news;
    ResolutionResult result =
        ResolutionResult.newBuilder()
            .setAddressesOrError(StatusOr.fromValue(news.addresses()))
            .setAttributes(
                Attributes.newBuilder().set(Surroundings.KEY, news.surroundings()).build())
            .build();
    // What a load balancer makes of it is shown by the channel's state; a refresh has nothing new.
    Status unused = listener.onResult2(result);
  }

  /** A hint that connections break. Changes are pushed: there is nothing to fetch. */
  @Override
  public void refresh() {}

  @Override
  public void shutdown() {
    shutdown = true;
    close();
  }

  private void close() {
    if (deadline != null) {
      deadline.cancel();
    }
    if (subscription != null) {
      subscription.close();
    }
    if (watch != null) {
      watch.close();
      watch = null;
    }
    if (discovery != null) {
      discovery = null;
      source.release();
    }
  }
}
