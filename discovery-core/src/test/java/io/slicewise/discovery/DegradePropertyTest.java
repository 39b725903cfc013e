package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.endpoint;
import static io.slicewise.discovery.Slices.withType;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * What is told at once, by judging the changed endpoints alone, is what judging all of them says a
 * settle window later: then nothing is left to tell.
 */
class DegradePropertyTest {

  private static final List<AddressType> TYPES =
      List.of(AddressType.IPV4, AddressType.IPV6, AddressType.FQDN);

  @Property(tries = 400)
  void whatIsToldAtOnceIsNotCorrectedLater(@ForAll long seed) {
    Random random = new Random(seed);
    WatchOptions options =
        WatchOptions.DEFAULTS
            .withHostNames(random.nextBoolean())
            .withFilter((endpoint, slice) -> !endpoint.address().endsWith("3"));
    try (Harness harness = new Harness()) {
      List<EndpointSlice> slices = new ArrayList<>();
      for (int s = 0; s <= random.nextInt(4); s++) {
        slices.add(slice(random, "s" + s, s));
      }
      ServiceWatch watch = harness.discovery.watch(ServiceTarget.parse("checkout:grpc"), options);
      harness.settle();
      harness.last().open().added(slices.toArray(EndpointSlice[]::new)).initialEventsEnd("100");
      harness.settle();

      for (int i = 0; i < 5; i++) {
        int s = random.nextInt(slices.size());
        slices.set(s, worse(random, slices.get(s), 101 + i));
        harness.last().modified(slices.get(s));
        harness.settle();
      }
      ServiceView atOnce = watch.view();
      harness.advance(Duration.ofMillis(500));

      assertThat(watch.view()).isSameAs(atOnce);
      double shares = 0;
      for (int i = 0; i < atOnce.endpoints().size(); i++) {
        shares += atOnce.selection().share(i);
      }
      assertThat(shares).isBetween(atOnce.eligible().isEmpty() ? -1e-9 : 1 - 1e-9, 1 + 1e-9);
    }
  }

  private static EndpointSlice slice(Random random, String name, int number) {
    AddressType type = TYPES.get(random.nextInt(TYPES.size()));
    List<SliceEndpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < random.nextInt(6); i++) {
      String address =
          switch (type) {
            case IPV4 -> "10.0." + number + "." + i;
            case IPV6 -> "fd00::" + number + ":" + (i + 1);
            default -> "host-" + number + "-" + i;
          };
      endpoints.add(endpoint(address, Slices.READY));
    }
    return withType(type, Slices.slice(name, 5, endpoints.toArray(SliceEndpoint[]::new)));
  }

  /** Some endpoints turn unready or terminating; none comes or goes. */
  private static EndpointSlice worse(Random random, EndpointSlice old, int version) {
    List<SliceEndpoint> endpoints = new ArrayList<>();
    for (SliceEndpoint each : old.endpoints()) {
      Conditions was = each.conditions();
      boolean terminating = was.terminating() || random.nextInt(4) == 0;
      boolean serving = was.serving() && random.nextInt(4) > 0;
      Conditions now = Conditions.of(serving && !terminating, serving, terminating);
      endpoints.add(endpoint(each.address(), now));
    }
    return withType(
        old.addressType(),
        Slices.slice(old.name(), version, endpoints.toArray(SliceEndpoint[]::new)));
  }
}
