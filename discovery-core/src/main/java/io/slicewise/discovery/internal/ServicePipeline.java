package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.policy.Candidates;
import io.slicewise.discovery.policy.Stretch;
import io.slicewise.discovery.source.ServicePortLookup;
import io.slicewise.discovery.source.SliceSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One Service at one port, from its slices to its leases: decides when a change is told. Confined
 * to the namespace's writer, except where noted.
 *
 * <p>The controller writes slices one by one, so that for a moment an endpoint may be in two of
 * them or in none. Changes therefore wait for a {@link SettleWindow}. What cannot wait is an
 * endpoint that is still listed and takes no more calls: that is told at once, and that alone,
 * unless it leaves somebody with nobody to call while others have come: then these do not wait. The
 * first complete list is told at once, too.
 */
final class ServicePipeline {

  /** A call that nobody ends counts as in flight for 2 min at least, 2 min 40 s at most. */
  private static final Duration AGE = Duration.ofSeconds(40);

  private static final Duration BETWEEN_LOOKUPS = Duration.ofMinutes(1);

  private final ServiceId service;
  private final @Nullable PortSelector wanted;
  private final String protocol;
  private final StreamContext context;
  private final Environment environment;
  private final @Nullable ServicePortLookup portLookup;
  private final Instant createdAt;
  private final EndpointAssembler assembler;
  private final SettleWindow settle;
  private final Timer aging;
  private final Timer expiry;
  private final @Nullable Duration maxStale;
  private final List<Audience> audience = new CopyOnWriteArrayList<>();

  private Instant newestChange = Instant.MIN;
  private @Nullable Duration propagation;
  private String resourceVersion = "";
  private List<EndpointSlice> slices = List.of();
  private @Nullable Long lookedUpAt;
  private boolean lookingUp;
  private boolean listed;
  private Health health = new Health(Health.State.PENDING, null, null);
  private @Nullable Instant restored; // what another process knew, as of then; null once listed
  private Candidates told = Candidates.NONE;
  private PortChoice toldPort; // that of the candidates that were told last
  private volatile Published published;

  ServicePipeline(
      ServiceId service,
      @Nullable PortSelector port,
      String protocol,
      StreamContext context,
      @Nullable ServicePortLookup portLookup,
      @Nullable Duration maxStale) {
    this.service = service;
    this.wanted = port;
    this.protocol = protocol;
    this.context = context;
    this.environment = context.environment();
    this.portLookup = portLookup;
    this.createdAt = environment.wallClock().instant();
    this.assembler = new EndpointAssembler(port, protocol);
    this.settle = new SettleWindow(context, this::settled);
    this.aging = context.newTimer();
    this.expiry = context.newTimer();
    this.maxStale = maxStale;
    this.toldPort = assembler.port();
    this.published = new Published(told, toldPort, SyncState.PENDING, "", null, false, null, null);
  }

  String service() {
    return service.name();
  }

  /** The last word; from any thread. */
  Published published() {
    return published;
  }

  void attach(Audience one) {
    audience.add(one);
    one.publish(published);
    if (!aging.isSet()) {
      aging.set(AGE, this::endAge);
    }
  }

  void detach(Audience one) {
    audience.remove(one);
    if (audience.isEmpty()) {
      aging.cancel();
    }
  }

  /** Lets calls that were forgotten by their callers expire, after four ages at the latest. */
  private void endAge() {
    for (Candidates.Part part : told.parts()) {
      for (Endpoint endpoint : part.endpoints()) {
        endpoint.endAge();
      }
    }
    aging.set(AGE, this::endAge);
  }

  /** Takes what an earlier process knew, unless this one knows better already. */
  void restore(SliceSnapshot.Saved saved) {
    if (listed) {
      return;
    }
    List<EndpointSlice> kept = new ArrayList<>(saved.slices());
    kept.sort(Comparator.comparing(EndpointSlice::name));
    assembler.update(kept);
    restored = saved.asOf();
    publishLatest();
  }

  /** Takes all slices of the Service as they are now, in the order of their names. */
  void onSlices(List<EndpointSlice> slices, String version) {
    this.slices = slices;
    EndpointAssembler.Update update = assembler.update(slices);
    measure(update.slices());
    resourceVersion = version;
    lookUpPort();
    if (!listed && lookingUp) {
      return; // the answer brings us here again: the first view should know its port
    }
    if (!listed) {
      listed = true;
      restored = null;
      assembler.settle();
      publishLatest();
      return;
    }
    Candidates degraded = degrade(told, update.endpoints());
    if (degraded != told && leavesNobody(degraded)) {
      publishLatest(); // who came meanwhile does not wait: for somebody there is nobody else left
    } else if (degraded != told) {
      publish(degraded);
    }
    settle.changed();
  }

  /** Tries a number that is no target port as the Service's own, where Services may be read. */
  private void lookUpPort() {
    long now = environment.now();
    boolean tooSoon = lookedUpAt != null && now - lookedUpAt < BETWEEN_LOOKUPS.toNanos();
    boolean number = wanted != null && wanted.name() == null;
    if (portLookup == null || wanted == null || !number || tooSoon || assembler.port().found()) {
      return;
    }
    lookedUpAt = now;
    lookingUp = true;
    portLookup
        .nameOf(service, wanted.number(), protocol)
        .whenCompleteAsync(
            (name, failure) -> {
              lookingUp = false;
              if (name != null && name.isPresent()) {
                assembler.want(PortSelector.named(name.get()));
              }
              onSlices(slices, resourceVersion);
            },
            context.writer());
  }

  void onHealth(Health health) {
    boolean news = !health.saysSameAs(this.health);
    this.health = health;
    if (news) {
      publish(told);
    }
  }

  /** Ends the pipeline: no lease hears of anything any more. */
  void close() {
    settle.cancel();
    aging.cancel();
    expiry.cancel();
    audience.forEach(Audience::close);
    audience.clear();
  }

  /** Whether somebody whom the candidates told last could serve has nobody left in these. */
  private boolean leavesNobody(Candidates degraded) {
    for (Audience one : audience) {
      if (!one.isServedBy(degraded) && one.isServedBy(told)) {
        return true;
      }
    }
    return false;
  }

  private void settled() {
    assembler.settle();
    publishLatest();
  }

  /**
   * Returns what was told last with those endpoints changed that take no more calls, or the same
   * candidates if there are none.
   */
  private Candidates degrade(Candidates told, List<Endpoint> changed) {
    if (changed.isEmpty()) {
      return told;
    }
    Map<Endpoint, Endpoint> counting = new HashMap<>();
    changed.forEach(endpoint -> counting.put(endpoint, endpoint));
    Candidates now = assembler.assemble();
    Stretch stretch = Stretch.between(told.parts(), now.parts());
    if (assembler.hasDuplicates()) {
      counting.values().removeIf(endpoint -> !contains(now, endpoint));
      stretch = Stretch.all(told.parts(), now.parts());
    }
    List<Candidates.Part> parts = new ArrayList<>();
    boolean worse = false;
    for (Candidates.Part part : stretch.before(told.parts())) {
      Candidates.Part patched = degrade(part, counting);
      worse |= patched != part;
      parts.add(patched);
    }
    Stretch inPlace = new Stretch(stretch.start(), stretch.oldEnd(), stretch.oldEnd());
    return worse ? new Candidates(inPlace.replace(told.parts(), parts)) : told;
  }

  private static Candidates.Part degrade(Candidates.Part part, Map<Endpoint, Endpoint> counting) {
    List<Endpoint> patched = null;
    for (int i = 0; i < part.endpoints().size(); i++) {
      Endpoint old = part.endpoints().get(i);
      Endpoint now = counting.get(old);
      if (now != null && isWorse(now.conditions(), old.conditions())) {
        patched = patched == null ? new ArrayList<>(part.endpoints()) : patched;
        patched.set(i, now);
      }
    }
    return patched == null ? part : new Candidates.Part(part.slice(), patched);
  }

  private static boolean contains(Candidates candidates, Endpoint instance) {
    for (Candidates.Part part : candidates.parts()) {
      for (Endpoint endpoint : part.endpoints()) {
        if (endpoint == instance) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isWorse(Conditions now, Conditions before) {
    return before.ready() && !now.ready()
        || before.serving() && !now.serving()
        || !before.terminating() && now.terminating();
  }

  private void publishLatest() {
    toldPort = assembler.port();
    publish(assembler.assemble());
  }

  private void publish(Candidates candidates) {
    told = candidates;
    SyncState state = restored == null ? SyncState.PENDING : SyncState.RESTORED;
    Instant since = restored;
    if (listed) {
      state = health.state() == Health.State.STALE ? SyncState.STALE : SyncState.SYNCED;
      since = health.lostAt();
    }
    boolean overdue = false;
    String problem = health.problem();
    if (state != SyncState.SYNCED && since != null && isOverdue(since)) {
      overdue = true;
      problem = overdueText(since);
    }
    Published now =
        new Published(
            overdue ? Candidates.NONE : candidates,
            toldPort,
            state,
            resourceVersion,
            since,
            overdue,
            propagation,
            problem);
    published = now;
    audience.forEach(one -> one.publish(now));
  }

  /** Whether what was known then is too old now; if not yet, it is looked at again in time. */
  private boolean isOverdue(Instant since) {
    if (maxStale == null) {
      return false;
    }
    Duration left = Duration.between(environment.wallClock().instant(), since.plus(maxStale));
    if (left.isNegative() || left.isZero()) {
      return true;
    }
    expiry.set(left, () -> publish(told));
    return false;
  }

  private String overdueText(Instant since) {
    String text =
        String.format(
            "the API server has been away since %s, longer than maxStale (%s): nothing is picked",
            since, maxStale);
    return health.problem() == null ? text : text + "; " + health.problem();
  }

  /** Notes how long the newest change took, unless it was made before anybody here watched. */
  private void measure(List<EndpointSlice> slices) {
    for (EndpointSlice slice : slices) {
      Instant change = slice.lastChange();
      if (change != null && change.isAfter(newestChange)) {
        newestChange = change;
        if (!change.isBefore(createdAt)) {
          Duration took = Duration.between(change, environment.wallClock().instant());
          propagation = took.isNegative() ? Duration.ZERO : took;
        }
      }
    }
  }
}
