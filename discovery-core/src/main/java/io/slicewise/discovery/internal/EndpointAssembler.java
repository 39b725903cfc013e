package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ResourceVersions;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.policy.Candidates;
import io.slicewise.discovery.policy.Column;
import io.slicewise.discovery.policy.Stretch;
import io.slicewise.discovery.policy.Stretch.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the slices of a Service together: the union of their endpoints at the target's port, each
 * place once. Confined to the writer.
 *
 * <p>The union is always that of all slices; only what a changed slice adds to it is worked out
 * anew. An endpoint that was known keeps its {@link Endpoint#load() load}, and its very instance as
 * long as nothing about it changes.
 */
final class EndpointAssembler {

  private @Nullable PortSelector wanted;
  private final String protocol;
  private Column<EndpointSlice> slices = Column.empty();
  private Column<Candidates.Part> parts = Column.empty(); // beside these
  private final PlaceIndex index = new PlaceIndex();
  private final Map<Endpoint, Endpoint> departed = new HashMap<>();
  private PortChoice port;
  private boolean wantsAnother;

  EndpointAssembler(@Nullable PortSelector wanted, String protocol) {
    this.wanted = wanted;
    this.protocol = protocol;
    this.port = PortChoice.choose(wanted, protocol, List.of());
  }

  /** Looks for another port from the next update on. */
  void want(PortSelector port) {
    wanted = port;
    wantsAnother = true;
  }

  /** The port that the target means among the slices of the last update. */
  PortChoice port() {
    return port;
  }

  /**
   * What an update changed.
   *
   * @param slices the slices that are new, or are not what they were
   * @param endpoints the endpoints of which the content, not the identity, has changed
   */
  record Update(List<EndpointSlice> slices, List<Endpoint> endpoints) {}

  /** Takes the slices as they are now, in the order of their names. */
  Update update(List<EndpointSlice> live) {
    Column<EndpointSlice> now = Column.of(live);
    Stretch stretch = Stretch.between(slices, now);
    List<Pair<Candidates.Part, EndpointSlice>> pairs = pairs(stretch, now);
    boolean anotherPort = false;
    for (Pair<Candidates.Part, EndpointSlice> pair : pairs) {
      wantsAnother = wantsAnother || mayMeanAnotherPort(pair);
    }
    if (wantsAnother) {
      wantsAnother = false;
      PortChoice chosen = PortChoice.choose(wanted, protocol, now);
      if (!chosen.sameAs(port)) {
        port = chosen;
        anotherPort = true;
        stretch = Stretch.all(slices, now);
        pairs = pairs(stretch, now);
      }
    }
    Update update = new Update(new ArrayList<>(), new ArrayList<>());
    List<Candidates.@Nullable Part> resolved = new ArrayList<>(pairs.size());
    List<Candidates.Part> present = new ArrayList<>(pairs.size());
    for (Pair<Candidates.Part, EndpointSlice> pair : pairs) {
      Candidates.Part before = pair.before();
      EndpointSlice after = pair.after();
      if (after == null) {
        resolved.add(null);
        continue;
      }
      Candidates.Part part = before;
      if (part == null || part.slice() != after || anotherPort) {
        // The old part stays in the index for now: an endpoint that moves is found there.
        part = resolve(after, before, update.endpoints);
        update.slices.add(after);
      }
      resolved.add(part);
      present.add(part);
    }
    for (int i = 0; i < pairs.size(); i++) {
      Candidates.Part before = pairs.get(i).before();
      if (before != null && before != resolved.get(i)) {
        depart(before, resolved.get(i));
      }
    }
    slices = now;
    parts = stretch.replace(parts, present);
    return update;
  }

  private List<Pair<Candidates.Part, EndpointSlice>> pairs(
      Stretch stretch, Column<EndpointSlice> now) {
    return stretch.pairs(parts, Candidates.Part::name, now, EndpointSlice::name);
  }

  private static boolean mayMeanAnotherPort(Pair<Candidates.Part, EndpointSlice> pair) {
    Candidates.Part before = pair.before();
    EndpointSlice after = pair.after();
    return before == null
        || after == null
        || !before.slice().ports().equals(after.ports())
        || before.slice().endpoints().isEmpty() != after.endpoints().isEmpty();
  }

  /** Whether some place is listed more than once. */
  boolean hasDuplicates() {
    return index.duplicates() > 0;
  }

  /** Forgets the endpoints that have gone: from now on one that comes back is a new one. */
  void settle() {
    departed.clear();
  }

  private Candidates.Part resolve(
      EndpointSlice slice, Candidates.@Nullable Part before, List<Endpoint> changed) {
    int number = port.in(slice);
    List<SliceEndpoint> sources = slice.endpoints();
    Endpoint[] endpoints = new Endpoint[sources.size()];
    for (int i = 0; i < endpoints.length; i++) {
      SliceEndpoint source = sources.get(i);
      Endpoint here = at(before, i); // nearly all stay where they are in the slice
      Endpoint known =
          here != null && here.isAt(source, number)
              ? here
              : known(source, slice.addressType(), number);
      boolean same = known.source() == source || known.source().equals(source);
      if (!same || known.addressType() != slice.addressType()) {
        known = known.withContent(source, slice.addressType());
        changed.add(known);
      }
      endpoints[i] = known;
      if (known != here) {
        index.add(known);
      }
    }
    return new Candidates.Part(slice, Arrays.asList(endpoints));
  }

  private static @Nullable Endpoint at(Candidates.@Nullable Part part, int position) {
    return part != null && position < part.endpoints().size()
        ? part.endpoints().get(position)
        : null;
  }

  /** Returns the endpoint of the same identity that was here last, or a new one. */
  private Endpoint known(SliceEndpoint source, AddressType type, int number) {
    Endpoint known = index.find(source, number);
    if (known != null) {
      return known;
    }
    Endpoint fresh = Endpoint.of(source, type, number);
    return departed.getOrDefault(fresh, fresh);
  }

  /** Takes those out of the index that the slice does not list any more where they were. */
  private void depart(Candidates.Part before, Candidates.@Nullable Part after) {
    for (int i = 0; i < before.endpoints().size(); i++) {
      Endpoint endpoint = before.endpoints().get(i);
      if (endpoint != at(after, i)) {
        index.remove(endpoint);
        if (index.find(endpoint.source(), endpoint.port()) == null) {
          departed.put(endpoint, endpoint);
        }
      }
    }
  }

  /** Returns all endpoints, each place once, by the order of the slices' names. */
  Candidates assemble() {
    if (index.duplicates() == 0) {
      return new Candidates(parts);
    }
    Map<Place, Winner> winners = winners();
    List<Candidates.Part> counting = new ArrayList<>(parts.size());
    for (Candidates.Part part : parts) {
      List<Endpoint> endpoints = new ArrayList<>(part.endpoints().size());
      for (Endpoint endpoint : part.endpoints()) {
        Winner winner = winners.get(new Place(endpoint));
        if (winner != null && winner.slice == part.slice() && winner.endpoint == endpoint) {
          endpoints.add(endpoint);
          winners.remove(new Place(endpoint)); // the same slice may list it twice
        }
      }
      boolean all = endpoints.size() == part.endpoints().size();
      counting.add(all ? part : new Candidates.Part(part.slice(), endpoints));
    }
    return new Candidates(counting);
  }

  private Map<Place, Winner> winners() {
    Map<Endpoint, Winner> pods = new LinkedHashMap<>(); // first among the entries of each pod
    for (Candidates.Part part : parts) {
      for (Endpoint endpoint : part.endpoints()) {
        pods.merge(endpoint, new Winner(endpoint, part.slice()), (a, b) -> b.beats(a) ? b : a);
      }
    }
    Map<Place, Winner> winners = new HashMap<>();
    for (Winner winner : pods.values()) {
      winners.merge(new Place(winner.endpoint), winner, (a, b) -> b.beats(a) ? b : a);
    }
    return winners;
  }

  /** An endpoint as a map key that knows only address and port. */
  private record Place(Endpoint endpoint) {
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Place other && endpoint.samePlace(other.endpoint);
    }

    @Override
    public int hashCode() {
      return endpoint.placeHash();
    }
  }

  /** An entry of a place that several slices, or pods, claim. */
  private record Winner(Endpoint endpoint, EndpointSlice slice) {

    /**
     * Of the same pod the newer slice counts. Of two pods (an address reused while the old pod
     * still terminates, kubernetes#135266) the one that does not terminate, then the ready one,
     * then the newer slice.
     */
    boolean beats(Winner other) {
      if (!endpoint.equals(other.endpoint)) {
        boolean stays = !endpoint.conditions().terminating();
        if (stays == other.endpoint.conditions().terminating()) {
          return stays;
        }
        if (endpoint.conditions().ready() != other.endpoint.conditions().ready()) {
          return endpoint.conditions().ready();
        }
      }
      return ResourceVersions.isOlder(other.slice.resourceVersion(), slice.resourceVersion());
    }
  }
}
