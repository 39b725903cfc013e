package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.PortSelector;
import io.slicewise.discovery.model.ResourceVersions;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.policy.Candidates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
  private final TreeMap<String, Candidates.Part> parts = new TreeMap<>();
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

  /** Whether the choice of a port may be another one than for the last slices. */
  private boolean portsDiffer(SortedMap<String, EndpointSlice> slices) {
    if (slices.size() != parts.size()) {
      return true;
    }
    Iterator<Candidates.Part> known = parts.values().iterator();
    for (EndpointSlice slice : slices.values()) {
      EndpointSlice old = known.next().slice();
      boolean same =
          old == slice
              || old.name().equals(slice.name())
                  && old.ports().equals(slice.ports())
                  && old.endpoints().isEmpty() == slice.endpoints().isEmpty();
      if (!same) {
        return true;
      }
    }
    return false;
  }

  /** The port that the target means among the slices of the last update. */
  PortChoice port() {
    return port;
  }

  /**
   * Takes the slices as they are now and returns the endpoints of which the content, not the
   * identity, has changed.
   */
  List<Endpoint> update(SortedMap<String, EndpointSlice> slices) {
    PortChoice chosen =
        wantsAnother || portsDiffer(slices)
            ? PortChoice.choose(wanted, protocol, slices.values())
            : port;
    wantsAnother = false;
    boolean samePort = chosen.equals(port);
    port = chosen;
    List<Endpoint> changed = new ArrayList<>();
    List<Candidates.Part> replaced = new ArrayList<>();
    if (isAligned(slices)) {
      Iterator<EndpointSlice> next = slices.values().iterator();
      for (Map.Entry<String, Candidates.Part> known : parts.entrySet()) {
        EndpointSlice slice = next.next();
        if (known.getValue().slice() != slice || !samePort) {
          replaced.add(known.getValue());
          // The old part stays in the index for now: an endpoint that moves is found there.
          known.setValue(resolve(slice, changed));
        }
      }
    } else {
      for (EndpointSlice slice : slices.values()) {
        Candidates.Part part = parts.get(slice.name());
        if (part == null || part.slice() != slice || !samePort) {
          if (part != null) {
            replaced.add(part);
          }
          parts.put(slice.name(), resolve(slice, changed));
        }
      }
    }
    if (parts.size() > slices.size()) {
      parts
          .values()
          .removeIf(part -> !slices.containsKey(part.slice().name()) && replaced.add(part));
    }
    replaced.forEach(this::depart);
    return changed;
  }

  /** Whether there are the same slices as before, which they nearly always are. */
  private boolean isAligned(SortedMap<String, EndpointSlice> slices) {
    if (slices.size() != parts.size()) {
      return false;
    }
    Iterator<String> names = parts.keySet().iterator();
    for (String name : slices.keySet()) {
      if (!name.equals(names.next())) {
        return false;
      }
    }
    return true;
  }

  /** Whether some place is listed more than once. */
  boolean hasDuplicates() {
    return index.duplicates() > 0;
  }

  /** Forgets the endpoints that have gone: from now on one that comes back is a new one. */
  void settle() {
    departed.clear();
  }

  private Candidates.Part resolve(EndpointSlice slice, List<Endpoint> changed) {
    int number = port.in(slice);
    List<SliceEndpoint> sources = slice.endpoints();
    Endpoint[] endpoints = new Endpoint[sources.size()];
    for (int i = 0; i < endpoints.length; i++) {
      SliceEndpoint source = sources.get(i);
      Endpoint known = known(source, slice.addressType(), number);
      boolean same = known.source() == source || known.source().equals(source);
      if (!same || known.addressType() != slice.addressType()) {
        known = known.withContent(source, slice.addressType());
        changed.add(known);
      }
      endpoints[i] = known;
      index.add(known);
    }
    return new Candidates.Part(slice, Arrays.asList(endpoints));
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

  private void depart(Candidates.Part part) {
    for (Endpoint endpoint : part.endpoints()) {
      index.remove(endpoint);
      if (index.find(endpoint.source(), endpoint.port()) == null) {
        departed.put(endpoint, endpoint);
      }
    }
  }

  /** Returns all endpoints, each place once, by the order of the slices' names. */
  Candidates assemble() {
    if (index.duplicates() == 0) {
      return new Candidates(List.copyOf(parts.values()));
    }
    Map<Place, Winner> winners = winners();
    List<Candidates.Part> counting = new ArrayList<>(parts.size());
    for (Candidates.Part part : parts.values()) {
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
    for (Candidates.Part part : parts.values()) {
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
