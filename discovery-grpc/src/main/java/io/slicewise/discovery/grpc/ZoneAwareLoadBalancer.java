package io.slicewise.discovery.grpc;

import static java.util.Comparator.comparing;

import io.grpc.ChannelLogger.ChannelLogLevel;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.SynchronizationContext.ScheduledHandle;
import io.slicewise.discovery.balance.RandomSource;
import io.slicewise.discovery.model.Endpoint;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to every endpoint and has calls go to those that are ready, by zone; {@link
 * ZoneSpread} says how. Confined to the channel's sync context.
 *
 * <p>A picker is published once for all that has happened in one go. Endpoints that leave while
 * fewer than half of the present ones are ready stay to be picked for ten seconds at most, so that
 * calls do not wait for a whole Service to be connected to. Few connections are made at a time, in
 * random order, those of the own zone first, so that neither this process nor a server sees a
 * storm.
 */
final class ZoneAwareLoadBalancer extends LoadBalancer {

  private static final Duration FAREWELL = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofSeconds(1);

  /** So long others wait for a connection that is under way; one that nobody answers has no end. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** While connections come up by the hundred, pickers follow at this distance. */
  private static final Duration BETWEEN_GAINS = Duration.ofMillis(5);

  private final Helper helper;
  private final SynchronizationContext syncContext;
  private final LongSupplier nanoTime;
  private final Random random = new Random();
  private final ZoneSpread spread;
  private Map<List<SocketAddress>, Backend> backends = new LinkedHashMap<>();
  private final Set<Backend> leaving = new HashSet<>();
  private final Deque<Backend> toConnect = new ArrayDeque<>();
  private final Set<Backend> connecting = new HashSet<>();
  private ZoneAwareConfig config = ZoneAwareConfig.DEFAULTS;
  private @Nullable Surroundings surroundings;
  private @Nullable ScheduledHandle farewell;
  private @Nullable ScheduledHandle tick;
  private @Nullable ScheduledHandle gain;
  private @Nullable ScheduledHandle patience;
  private @Nullable ScheduledHandle again;
  private List<EquivalentAddressGroup> listed = List.of();
  private boolean resolved;
  private boolean dirty;
  private boolean shutdown;
  private long publishedAt;
  private @Nullable SubchannelPicker published;
  private @Nullable ConnectivityState publishedState;

  ZoneAwareLoadBalancer(Helper helper, LongSupplier nanoTime) {
    this.helper = helper;
    this.syncContext = helper.getSynchronizationContext();
    this.nanoTime = nanoTime;
    this.publishedAt = nanoTime.getAsLong() - BETWEEN_GAINS.toNanos();
    this.spread =
        new ZoneSpread(
            nanoTime, RandomSource.threadLocal(), () -> syncContext.execute(this::publishSoon));
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses resolvedAddresses) {
    Object given = resolvedAddresses.getLoadBalancingPolicyConfig();
    ZoneAwareConfig now = given instanceof ZoneAwareConfig typed ? typed : ZoneAwareConfig.DEFAULTS;
    Surroundings around = resolvedAddresses.getAttributes().get(Surroundings.KEY);
    config = now;
    surroundings = around;
    spread.configure(config.health());
    accept(resolvedAddresses.getAddresses());
    resolved = true;
    publishSoon();
    return backends.isEmpty() ? Status.UNAVAILABLE.withDescription(nobody()) : Status.OK;
  }

  private void accept(List<EquivalentAddressGroup> now) {
    listed = now;
    boolean refused = false;
    Map<List<SocketAddress>, Backend> next = new LinkedHashMap<>(2 * now.size());
    List<Backend> fresh = new ArrayList<>();
    Set<Endpoint> entered = new HashSet<>();
    Set<Endpoint> left = new HashSet<>();
    for (EquivalentAddressGroup group : now) {
      Backend known = backends.get(group.getAddresses());
      if (next.containsKey(group.getAddresses())) {
        continue; // listed twice
      }
      if (known == null || known.group() != group && !maySucceed(known, group)) {
        known = create(group);
        if (known == null) {
          refused = true;
          continue;
        }
        fresh.add(known);
        entered.add(known.endpoint());
      } else {
        Endpoint before = known.endpoint();
        known.update(group, config.failOnDeadline());
        if (!known.endpoint().equals(before)) {
          entered.add(known.endpoint());
          left.add(before);
        }
      }
      next.put(group.getAddresses(), known);
    }
    List<Backend> gone = new ArrayList<>();
    for (Map.Entry<List<SocketAddress>, Backend> each : backends.entrySet()) {
      if (next.get(each.getKey()) != each.getValue()) {
        gone.add(each.getValue());
        left.add(each.getValue().endpoint());
      }
    }
    backends = next;
    spread.update(entered, left, !resolved);
    gone.forEach(this::leave);
    Collections.shuffle(fresh, random);
    String ownZone = Objects.requireNonNullElse(config.own(surroundings).zone(), "");
    fresh.sort(comparing(backend -> !backend.zone().equals(ownZone))); // the own zone first
    toConnect.addAll(fresh);
    connectSome();
    if (refused && again == null) {
      again = after(TICK, this::acceptAgain);
    }
  }

  private void acceptAgain() {
    again = null;
    if (!shutdown) {
      accept(listed);
      publishSoon();
    }
  }

  /**
   * Whether what is at an address now may have the connection of what was there: the same pod may,
   * and under gRPC's outlier detection any, because that ejects addresses, and throws when asked
   * for a new connection to one that is ejected.
   */
  private boolean maySucceed(Backend known, EquivalentAddressGroup group) {
    Endpoint endpoint = group.getAttributes().get(EndpointAttributes.ENDPOINT);
    return endpoint == null || endpoint.equals(known.endpoint()) || spread.isWrapped();
  }

  /** Returns an endpoint to connect to, or null if there can be no connection for now. */
  private @Nullable Backend create(EquivalentAddressGroup group) {
    Subchannel subchannel;
    try {
      subchannel =
          helper.createSubchannel(CreateSubchannelArgs.newBuilder().setAddresses(group).build());
    } catch (RuntimeException e) {
      // gRPC's outlier detection, of an address that it has ejected: it would end the channel.
      helper.getChannelLogger().log(ChannelLogLevel.INFO, "No connection to {0}: {1}", group, e);
      return null;
    }
    Backend backend =
        new Backend(group, Backend.endpointOf(group), subchannel, spread, config.failOnDeadline());
    subchannel.start(state -> onState(backend, state));
    spread.look(subchannel);
    return backend;
  }

  private void leave(Backend backend) {
    toConnect.remove(backend);
    connecting.remove(backend);
    if (backend.isReady()) {
      leaving.add(backend);
      if (farewell == null) {
        farewell = after(FAREWELL, this::endFarewell);
      }
    } else {
      backend.subchannel().shutdown();
    }
  }

  private void endFarewell() {
    farewell = null;
    publishSoon(); // without those that are leaving
  }

  private ScheduledHandle after(Duration delay, Runnable task) {
    return syncContext.schedule(
        task, delay.toNanos(), TimeUnit.NANOSECONDS, helper.getScheduledExecutorService());
  }

  private void onState(Backend backend, ConnectivityStateInfo info) {
    ConnectivityState state = info.getState();
    boolean present = backends.get(backend.group().getAddresses()) == backend;
    if (shutdown || state == ConnectivityState.SHUTDOWN || !present && !leaving.contains(backend)) {
      return;
    }
    boolean wasReady = backend.isReady();
    backend.state(state, info.getStatus());
    if (!present) {
      if (!backend.isReady()) {
        leaving.remove(backend);
        backend.subchannel().shutdown();
        publishSoon();
      }
      return;
    }
    if (state == ConnectivityState.IDLE) {
      helper.refreshNameResolution();
      toConnect.add(backend);
    } else if (state == ConnectivityState.TRANSIENT_FAILURE) {
      helper.refreshNameResolution();
    }
    if (state != ConnectivityState.CONNECTING) {
      connecting.remove(backend);
    }
    connectSome();
    if (backend.isReady() && !wasReady && hasReady() && isStorm()) {
      publishLater();
    } else {
      publishSoon();
    }
  }

  private void connectSome() {
    while (connecting.size() < config.maxConnecting() && !toConnect.isEmpty()) {
      Backend next = toConnect.poll();
      if (next.isIdle()) {
        connecting.add(next);
        next.connect();
      }
    }
    if (!toConnect.isEmpty() && patience == null) {
      patience = after(PATIENCE, this::endPatience);
    }
  }

  private void endPatience() {
    patience = null;
    if (!toConnect.isEmpty()) {
      connecting.clear(); // they go on, and nobody waits for them any longer
      connectSome();
    }
  }

  private boolean hasReady() {
    return publishedState == ConnectivityState.READY;
  }

  private boolean isStorm() {
    return nanoTime.getAsLong() - publishedAt < BETWEEN_GAINS.toNanos();
  }

  private void publishLater() {
    if (gain == null) {
      gain =
          after(
              BETWEEN_GAINS,
              () -> {
                gain = null;
                publishSoon();
              });
    }
  }

  /** Has a picker published after all else that is to be done now. */
  private void publishSoon() {
    if (shutdown) {
      spread.close();
    } else if (!dirty) {
      dirty = true;
      syncContext.executeLater(
          () -> {
            dirty = false;
            if (!shutdown && resolved) {
              publish();
            }
          });
    }
  }

  private void publish() {
    publishedAt = nanoTime.getAsLong();
    int ready = 0;
    boolean hope = false;
    for (Backend backend : backends.values()) {
      ready += backend.isReady() ? 1 : 0;
      hope |= !backend.isReady() && !backend.isFailing();
    }
    boolean stay = farewell != null && ready < (backends.size() + 1) / 2;
    SubchannelPicker picker =
        spread.picker(backends.values(), stay ? leaving : Set.of(), config, surroundings);
    if (picker != null) {
      publish(ConnectivityState.READY, picker);
    } else if (backends.isEmpty()) {
      publish(
          ConnectivityState.TRANSIENT_FAILURE,
          FixedPicker.failing(Status.UNAVAILABLE.withDescription(nobody())));
    } else if (hope) {
      publish(ConnectivityState.CONNECTING, FixedPicker.waiting());
    } else {
      publish(ConnectivityState.TRANSIENT_FAILURE, FixedPicker.failing(unreachable()));
    }
    if (!stay) {
      dismiss(); // after the picker that knows them no more
    }
    if (spread.isBusy() && tick == null) {
      tick =
          after(
              TICK,
              () -> {
                tick = null;
                spread.tick();
                publishSoon();
              });
    }
  }

  private void publish(ConnectivityState state, SubchannelPicker picker) {
    boolean same =
        state == publishedState
            && published != null
            && (picker == published
                || picker instanceof FixedPicker fixed && fixed.isSame(published));
    if (!same) {
      published = picker;
      publishedState = state;
      helper.updateBalancingState(state, picker);
    }
  }

  private void dismiss() {
    if (farewell != null) {
      farewell.cancel();
      farewell = null;
    }
    leaving.forEach(backend -> backend.subchannel().shutdown());
    leaving.clear();
  }

  private String nobody() {
    String problem = surroundings == null ? null : surroundings.problem();
    return helper.getChannelTarget() + ": " + (problem == null ? "no endpoint is ready" : problem);
  }

  private Status unreachable() {
    String many = helper.getChannelTarget() + ": none of " + backends.size();
    Status error = Objects.requireNonNullElse(Backend.firstError(backends.values()), Status.OK);
    return Status.UNAVAILABLE
        .withDescription(many + " endpoints can be reached: " + Backend.said(error))
        .withCause(error.getCause());
  }

  @Override
  public void handleNameResolutionError(Status error) {
    if (!resolved) {
      publish(ConnectivityState.TRANSIENT_FAILURE, FixedPicker.failing(error));
    } // else what was known last goes on
  }

  @Override
  public void requestConnection() {
    backends.values().stream().filter(Backend::isIdle).forEach(toConnect::add);
    connectSome();
  }

  @Override
  public void shutdown() {
    shutdown = true;
    for (ScheduledHandle handle : new ScheduledHandle[] {farewell, tick, gain, patience, again}) {
      if (handle != null) {
        handle.cancel();
      }
    }
    backends.values().forEach(backend -> backend.subchannel().shutdown());
    leaving.forEach(backend -> backend.subchannel().shutdown());
    backends = Map.of();
    leaving.clear();
    toConnect.clear();
    spread.close();
  }
}
