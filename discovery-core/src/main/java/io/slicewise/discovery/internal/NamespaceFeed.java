package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ResourceVersions;
import io.slicewise.discovery.source.SliceEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that is followed in one namespace: its Services, the streams that cover them, and the slices
 * that these brought. Confined to the namespace's writer.
 *
 * <p>In the steady state there is one stream, whatever the number of Services (one for each 64
 * beyond that): API servers charge every write for the number of watchers of the namespace. A
 * Service that is added later gets a stream of its own at first, so that nobody else's is
 * disturbed; {@link StreamPacking} says when streams become one again.
 */
final class NamespaceFeed implements StreamListener {

  /** Services that are added one by one share streams, so that there are few of these. */
  private static final Duration BETWEEN_OPENINGS = Duration.ofSeconds(1);

  /** While names come faster than this, more are expected: a moment later streams are full ones. */
  private static final Duration MORE_TO_COME = Duration.ofMillis(20);

  private static final int MOST_POSTPONED = 5;
  private static final int MOST_POSTPONED_BY_MANY = 50;
  private static final Duration BEFORE_MERGE = Duration.ofSeconds(30);

  /**
   * Names that no slice bears: a caller that takes names from its users must not fill a selector.
   */
  private static final int MOST_UNKNOWN = 256;

  private final StreamContext context;
  private final Duration connectJitter;
  private final boolean wholeNamespace;
  private final SliceStore store = new SliceStore();
  private final Map<String, List<ServicePipeline>> pipelines = new HashMap<>();
  private final Queue<ServicePipeline> refused = new ArrayDeque<>(); // beyond MOST_UNKNOWN
  private final List<Reflector> streams = new ArrayList<>();
  private final Queue<Reflector> held = new ArrayDeque<>(); // until there is a connection
  private final SortedSet<String> waiting = new TreeSet<>(); // Services without a stream
  private final Set<String> complete = new HashSet<>(); // Services of which everything is known
  private final Map<String, String> floors = new HashMap<>(); // Service → version known before
  private final Setback setback = new Setback();
  private final Timer opening;
  private final Timer merging;
  private @Nullable Long lastOpenedAt;
  private long lastAddedAt; // a name that waits
  private int postponed;
  private int unknownAtMost = MOST_UNKNOWN; // counted when it seems too many

  /**
   * Creates a feed.
   *
   * @param connectJitter the first stream opens after a random part of this
   * @param wholeNamespace whether to watch every slice of the namespace instead of selecting
   */
  NamespaceFeed(StreamContext context, Duration connectJitter, boolean wholeNamespace) {
    this.context = context;
    this.connectJitter = connectJitter;
    this.wholeNamespace = wholeNamespace;
    this.opening = context.newTimer();
    this.merging = context.newTimer();
  }

  /** Begins to follow a pipeline's Service. */
  void add(ServicePipeline pipeline) {
    String service = pipeline.service();
    if (!pipelines.containsKey(service) && !store.contains(service) && areTooManyUnknown()) {
      String problem =
          String.format(
              "more than %d Services without any EndpointSlice are watched in namespace %s: this one"
                  + " is not followed",
              MOST_UNKNOWN, context.namespace());
      refused.add(pipeline);
      pipeline.onHealth(new Health(Health.State.PENDING, null, problem));
      return;
    }
    pipelines.computeIfAbsent(service, s -> new ArrayList<>()).add(pipeline);
    Reflector stream = streamOf(service);
    if (stream == null) {
      waiting.add(service);
      lastAddedAt = context.environment().now();
      openSoon();
      return;
    }
    pipeline.onHealth(stream.health()); // first: what comes next may be old
    if (isComplete(service)) {
      pipeline.onSlices(store.slices(service), stream.resourceVersion());
    }
  }

  /** Stops following a pipeline's Service; its stream drops the name when it rotates. */
  void remove(ServicePipeline pipeline) {
    refused.remove(pipeline);
    List<ServicePipeline> ofService = pipelines.get(pipeline.service());
    if (ofService == null || !ofService.remove(pipeline)) {
      return;
    }
    if (ofService.isEmpty()) {
      pipelines.remove(pipeline.service());
      waiting.remove(pipeline.service());
    }
    if (pipelines.isEmpty()) {
      streams.forEach(stream -> stream.retire("nobody follows its Services any more"));
      closeStreams();
    }
    ServicePipeline next = refused.poll();
    if (next != null) {
      add(next); // there may be room now
    }
  }

  void close() {
    closeStreams();
    pipelines.values().forEach(ofService -> ofService.forEach(ServicePipeline::close));
    pipelines.clear();
    refused.clear();
  }

  private void closeStreams() {
    opening.cancel();
    merging.cancel();
    postponed = 0;
    streams.forEach(Reflector::close);
    streams.forEach(setback::forget);
    streams.clear();
    held.clear();
    waiting.clear();
    complete.clear();
    floors.clear();
    store.clear();
  }

  private boolean areTooManyUnknown() {
    if (++unknownAtMost >= MOST_UNKNOWN) {
      unknownAtMost = unknown();
    }
    return unknownAtMost >= MOST_UNKNOWN;
  }

  private int unknown() {
    int unknown = 0;
    for (String service : pipelines.keySet()) {
      unknown += isComplete(service) && !store.contains(service) ? 1 : 0;
    }
    return unknown;
  }

  private boolean isComplete(String service) {
    return complete.contains(wholeNamespace ? "" : service);
  }

  private @Nullable Reflector streamOf(String service) {
    for (Reflector stream : streams) {
      if (stream.services().isEmpty() || stream.services().contains(service)) {
        return stream;
      }
    }
    return null;
  }

  private void openSoon() {
    if (opening.isSet()) {
      return;
    }
    Duration delay;
    if (lastOpenedAt == null) {
      delay = context.environment().jitteredBy(Duration.ZERO, connectJitter);
    } else {
      long since = context.environment().now() - lastOpenedAt;
      delay = BETWEEN_OPENINGS.minusNanos(since);
    }
    opening.set(delay, this::openWaiting);
  }

  /** Opens a stream for all that wait, or as many as it takes. */
  private void openWaiting() {
    if (!wholeNamespace && isFilling()) {
      opening.set(MORE_TO_COME, this::openWaiting);
      return;
    }
    if (wholeNamespace) {
      waiting.clear();
      add(new TreeSet<>(), null).begin();
    }
    boolean together = streams.isEmpty();
    while (!waiting.isEmpty()) {
      SortedSet<String> names = new TreeSet<>();
      Iterator<String> next = waiting.iterator();
      while (next.hasNext() && names.size() < StreamPacking.MOST_NAMES) {
        names.add(next.next());
        next.remove();
      }
      Reflector stream = add(names, null);
      if (together && streams.size() > 1) {
        held.add(stream); // with handshakes of their own they would all be later
      } else {
        stream.begin();
      }
    }
    if (!merging.isSet()) { // else names that keep coming would each keep a stream
      merging.set(BEFORE_MERGE, this::mergeSome);
    }
  }

  /**
   * Whether more names are about to come: an application asks for all that it needs when it starts.
   * The few that come when streams are open wait for none, and neither does one name alone unless
   * it may wait anyway.
   */
  private boolean isFilling() {
    boolean several = waiting.size() > StreamPacking.MOST_NAMES;
    boolean patient = waiting.size() > 1 || !connectJitter.isZero();
    boolean filling =
        (several || streams.isEmpty() && patient)
            && context.environment().now() - lastAddedAt < MORE_TO_COME.toNanos()
            && postponed < (several ? MOST_POSTPONED_BY_MANY : MOST_POSTPONED);
    postponed = filling ? postponed + 1 : 0;
    return filling;
  }

  private void mergeSome() {
    merge(null);
    if (streams.stream().anyMatch(stream -> !stream.isWatching())) {
      merging.set(BEFORE_MERGE, this::mergeSome); // some could not be moved just now
    }
  }

  private Reflector add(SortedSet<String> services, @Nullable String resumeFrom) {
    Reflector stream =
        new Reflector(context, this, Collections.unmodifiableSortedSet(services), resumeFrom);
    streams.add(stream);
    lastOpenedAt = context.environment().now();
    return stream;
  }

  /** Begins what waited for the first stream's connection, which is there or will not be. */
  private void beginHeld() {
    for (Reflector next = held.poll(); next != null; next = held.poll()) {
      next.begin();
    }
  }

  @Override
  public void onAsking(Reflector stream) {
    setback.asking(stream, streams);
  }

  @Override
  public void onOpened(Reflector stream) {
    beginHeld();
  }

  @Override
  public void onReplaced(Reflector stream, Collection<EndpointSlice> slices) {
    context.self().look(slices);
    Set<String> changed = store.replace(stream.services(), slices);
    for (String service : stream.services()) {
      floors.remove(service);
      if (complete.add(service)) {
        changed.add(service);
      }
    }
    if (stream.services().isEmpty() && complete.add("")) {
      changed.addAll(pipelines.keySet());
    }
    tell(changed, stream);
    setback.listed(stream, streams);
  }

  @Override
  public void onChanged(Reflector stream, List<SliceEvent> events) {
    Set<String> changed = new HashSet<>();
    for (SliceEvent event : events) {
      EndpointSlice slice = event.slice();
      if (slice == null || isReplay(slice)) {
        continue;
      }
      context.self().look(List.of(slice));
      if (event.type() == SliceEvent.Type.DELETED) {
        store.delete(slice, changed);
      } else {
        store.upsert(slice, changed);
      }
    }
    tell(changed, stream);
  }

  /** Whether another stream had brought this before it was merged into this one. */
  private boolean isReplay(EndpointSlice slice) {
    String floor = floors.get(slice.service());
    return floor != null
        && (floor.equals(slice.resourceVersion())
            || ResourceVersions.isOlder(slice.resourceVersion(), floor));
  }

  private void tell(Set<String> services, Reflector stream) {
    unknownAtMost = MOST_UNKNOWN;
    for (String service : services) {
      if (isComplete(service)) {
        for (ServicePipeline pipeline : pipelines.getOrDefault(service, List.of())) {
          pipeline.onSlices(store.slices(service), stream.resourceVersion());
        }
      }
    }
    admit();
  }

  /**
   * Follows those that were refused as far as there is room, now that some Services have slices.
   */
  private void admit() {
    if (refused.isEmpty()) {
      return;
    }
    long unlisted = pipelines.keySet().stream().filter(each -> !store.contains(each)).count();
    for (long room = MOST_UNKNOWN - unlisted; room > 0 && !refused.isEmpty(); room--) {
      add(refused.remove());
    }
  }

  @Override
  public void onHealth(Reflector stream) {
    beginHeld();
    boolean all = stream.services().isEmpty();
    for (String service : all ? Set.copyOf(pipelines.keySet()) : stream.services()) {
      for (ServicePipeline pipeline : pipelines.getOrDefault(service, List.of())) {
        pipeline.onHealth(stream.health());
      }
    }
  }

  @Override
  public boolean onRotation(Reflector stream) {
    merge(stream);
    return !streams.contains(stream);
  }

  /**
   * Makes few streams of many, as watches that go on where the older of them stood: no list is
   * needed, and what is replayed is known by its version. Names that nobody wants leave.
   *
   * @param rotating a stream whose watch has just ended, or null
   */
  private void merge(@Nullable Reflector rotating) {
    List<Reflector> movable = new ArrayList<>();
    for (Reflector stream : streams) {
      if ((stream == rotating || stream.isWatching()) && !stream.services().isEmpty()) {
        movable.add(stream);
      }
    }
    for (StreamPacking.Bin bin : StreamPacking.pack(movable, pipelines.keySet())) {
      if (bin.streams().size() > 1 || bin.isSmaller() && bin.streams().contains(rotating)) {
        replace(bin);
      }
    }
  }

  private void replace(StreamPacking.Bin bin) {
    String resumeFrom = bin.streams().get(0).resourceVersion();
    for (Reflector stream : bin.streams()) {
      resumeFrom = ResourceVersions.min(resumeFrom, stream.resourceVersion());
      for (String service : stream.services()) {
        // The greater one: a merge may come before the replay of the one before is over.
        floors.merge(service, stream.resourceVersion(), ResourceVersions::max);
        if (!bin.names().contains(service)) {
          forget(service);
        }
      }
      stream.retire("another stream takes over");
      setback.forget(stream);
      streams.remove(stream);
    }
    if (!bin.names().isEmpty()) {
      add(bin.names(), resumeFrom).begin();
    }
  }

  private void forget(String service) {
    complete.remove(service);
    floors.remove(service);
    store.forget(service);
  }
}
