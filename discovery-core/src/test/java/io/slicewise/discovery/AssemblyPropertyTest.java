package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever happens to slices, in whatever batches, the view is that of the slices at the end. */
class AssemblyPropertyTest {

  /** A place, the pod there and its conditions: what a view says of an endpoint. */
  private record Row(String place, String pod, Conditions conditions) {}

  private record Entry(Row row, EndpointSlice slice) {}

  private final TreeMap<String, EndpointSlice> truth = new TreeMap<>();
  private int version = 100;

  @Property(tries = 150)
  void equalsANaiveRebuildFromTheSlicesAtTheEnd(@ForAll long seed) {
    Random random = new Random(seed);
    truth.clear();
    try (Harness harness = new Harness()) {
      ServiceWatch watch = harness.synced("checkout:grpc", "100");
      for (int step = 0; step < 60; step++) {
        disturb(harness, random);
        harness.settle();
        if (random.nextInt(3) > 0) {
          harness.advance(Duration.ofMillis(random.nextInt(80)));
        }
        assertConsistent(watch);
        if (random.nextInt(6) == 0) {
          harness.window();
          assertRebuilt(watch);
        }
      }
      harness.window();
      assertRebuilt(watch);
      assertExplained(watch);
    }
  }

  private void disturb(Harness harness, Random random) {
    int events = 1 + random.nextInt(3);
    for (int i = 0; i < events; i++) {
      String name = "s" + random.nextInt(5);
      switch (random.nextInt(8)) {
        case 0 -> {
          EndpointSlice old = truth.remove(name);
          if (old != null) {
            harness.last().deleted(slice(name, random, List.of()));
          }
        }
        case 1 -> harness.last().bookmark(Integer.toString(++version));
        case 2 -> move(harness, random);
        case 3 -> {
          harness.advance(Duration.ofSeconds(11)); // a healthy while: it lists again at once
          harness.last().error(410, "Expired");
          harness.settle();
          String at = Integer.toString(++version);
          harness
              .last()
              .open()
              .added(truth.values().toArray(EndpointSlice[]::new))
              .initialEventsEnd(at);
        }
        default -> {
          boolean known = truth.containsKey(name);
          EndpointSlice slice = slice(name, random, endpoints(random));
          put(harness, slice, known);
        }
      }
    }
  }

  /** Moves an endpoint between two slices, in either order. */
  private void move(Harness harness, Random random) {
    if (truth.size() < 2) {
      return;
    }
    List<EndpointSlice> slices = new ArrayList<>(truth.values());
    EndpointSlice from = slices.get(random.nextInt(slices.size()));
    EndpointSlice to = slices.get(random.nextInt(slices.size()));
    if (from == to || from.endpoints().isEmpty()) {
      return;
    }
    List<SliceEndpoint> left = new ArrayList<>(from.endpoints());
    SliceEndpoint moved = left.remove(random.nextInt(left.size()));
    List<SliceEndpoint> joined = new ArrayList<>(to.endpoints());
    joined.add(moved);
    if (random.nextBoolean()) {
      put(harness, slice(from.name(), random, left), true);
      put(harness, slice(to.name(), random, joined), true);
    } else {
      put(harness, slice(to.name(), random, joined), true);
      put(harness, slice(from.name(), random, left), true);
    }
  }

  private void put(Harness harness, EndpointSlice slice, boolean known) {
    truth.put(slice.name(), slice);
    if (known) {
      harness.last().modified(slice);
    } else {
      harness.last().added(slice);
    }
  }

  private EndpointSlice slice(String name, Random random, List<SliceEndpoint> endpoints) {
    List<SlicePort> ports = List.of(tcp("grpc", random.nextInt(4) == 0 ? 9090 : 8080));
    return Slices.slice(
        "checkout", name, ++version, ports, endpoints.toArray(SliceEndpoint[]::new));
  }

  private static List<SliceEndpoint> endpoints(Random random) {
    List<SliceEndpoint> endpoints = new ArrayList<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      int host = 1 + random.nextInt(8);
      String pod = "pod-" + host + (random.nextInt(4) == 0 ? "-reused" : "");
      Conditions conditions =
          Conditions.of(random.nextInt(3) > 0, random.nextInt(3) > 0, random.nextInt(4) == 0);
      endpoints.add(Slices.endpoint("10.0.0." + host, conditions, pod));
    }
    return endpoints;
  }

  private void assertRebuilt(ServiceWatch watch) {
    Map<String, Set<Row>> expected = expected();
    Map<String, Row> rows = new TreeMap<>();
    for (Endpoint endpoint : watch.view().endpoints()) {
      Row row = new Row(endpoint.authority(), endpoint.pod(), endpoint.conditions());
      rows.put(row.place, row);
    }
    assertThat(rows.keySet()).isEqualTo(expected.keySet());
    rows.forEach((place, row) -> assertThat(row).isIn(expected.get(place)));
  }

  /**
   * Kubernetes' rules (KS A.5), written down once more and as plainly as possible: the row of each
   * place, or several where two pods of one slice claim it with equal right.
   */
  private Map<String, Set<Row>> expected() {
    Map<String, List<Entry>> byPlace = new TreeMap<>();
    for (EndpointSlice slice : truth.values()) {
      for (SliceEndpoint endpoint : slice.endpoints()) {
        String place = endpoint.address() + ":" + slice.ports().get(0).number();
        Row row = new Row(place, endpoint.pod(), endpoint.conditions());
        byPlace.computeIfAbsent(place, p -> new ArrayList<>()).add(new Entry(row, slice));
      }
    }
    Map<String, Set<Row>> best = new TreeMap<>();
    byPlace.forEach((place, entries) -> best.put(place, best(entries)));
    return best;
  }

  private static Set<Row> best(List<Entry> entries) {
    Map<String, Entry> newestOfPod = new TreeMap<>();
    for (Entry entry : entries) {
      Entry known = newestOfPod.get(entry.row.pod);
      if (known == null || versionOf(entry) > versionOf(known)) {
        newestOfPod.put(entry.row.pod, entry); // of two in one slice the first
      }
    }
    Comparator<Entry> rank =
        Comparator.<Entry, Boolean>comparing(entry -> entry.row.conditions.terminating())
            .thenComparing(entry -> !entry.row.conditions.ready())
            .thenComparing(entry -> -versionOf(entry));
    Entry first = newestOfPod.values().stream().min(rank).orElseThrow();
    Set<Row> best = new HashSet<>();
    for (Entry entry : newestOfPod.values()) {
      if (rank.compare(entry, first) == 0) {
        best.add(entry.row);
      }
    }
    return best;
  }

  private static int versionOf(Entry entry) {
    return Integer.parseInt(entry.slice.resourceVersion());
  }

  /** What holds at every moment, also while changes settle. */
  private static void assertConsistent(ServiceWatch watch) {
    List<Endpoint> endpoints = watch.view().endpoints();
    assertThat(endpoints.stream().map(Endpoint::authority)).doesNotHaveDuplicates();
    double shares = 0;
    int in = 0;
    for (int i = 0; i < endpoints.size(); i++) {
      shares += watch.view().selection().share(i);
      in += watch.view().selection().out(i) == null ? 1 : 0;
    }
    assertThat(in).isEqualTo(watch.view().eligible().size());
    assertThat(Math.round(shares * 1e9)).isEqualTo(in == 0 ? 0 : 1_000_000_000L);
    if (in > 0) {
      assertThat(watch.view().eligible()).contains(watch.pick());
      assertThat(watch.view().eligible().stream().map(e -> e.conditions().tier()).distinct())
          .hasSize(1);
    }
  }

  /** Each entry of each slice has a verdict, and those that are no duplicates make the view. */
  private void assertExplained(ServiceWatch watch) {
    List<Explanation.Address> addresses = watch.explain().addresses();
    assertThat(addresses)
        .hasSize(truth.values().stream().mapToInt(slice -> slice.endpoints().size()).sum());
    List<UUID> counting = new ArrayList<>();
    for (Explanation.Address address : addresses) {
      if (address.out() != OutReason.DUPLICATE) {
        counting.add(address.endpoint().podUid());
      }
    }
    assertThat(counting)
        .containsExactlyInAnyOrderElementsOf(
            watch.view().endpoints().stream().map(Endpoint::podUid).toList());
  }
}
