package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.Census;
import io.slicewise.discovery.policy.OwnPlace;
import io.slicewise.discovery.policy.Scope;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.Zones;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application gives may throw anything: Kotlin declares no exception and throws all. */
class GuestCodeTest {

  @SuppressWarnings("unchecked") // which is how a checked exception gets past the compiler
  private static <E extends Exception> RuntimeException checked() throws E {
    throw (E) new IOException("a bug");
  }

  /** A policy that fails in one way or another. */
  private record Broken(String how) implements TopologyPolicy {

    @Override
    public String label() {
      return "broken";
    }

    @Override
    public Scope scope(Census census, OwnPlace own) {
      return switch (how) {
        case "scope" -> throw GuestCodeTest.<RuntimeException>checked();
        case "no scope" -> null;
        default -> Scope.ALL;
      };
    }

    @Override
    public Spread spread(Zones zones, OwnPlace own, Callers callers) {
      return switch (how) {
        case "spread" -> throw GuestCodeTest.<RuntimeException>checked();
        case "no basis" -> Spread.byCapacity(zones, null);
        case "no spread" -> null;
        default -> Spread.byCapacity(zones, "by capacity");
      };
    }

    @Override
    public boolean ownNodeOnly() {
      return how.equals("no scope");
    }
  }

  private static void assertFollows(Harness harness, ServiceWatch... watches) {
    harness.last().modified(slice("a", 20, ready("10.0.0.2")));
    harness.window();
    for (ServiceWatch watch : watches) {
      assertThat(addresses(watch.view())).containsExactly("10.0.0.2");
    }
  }

  private static void assertHarmless(WatchOptions options) {
    try (Harness harness = new Harness(builder -> builder.node("node-a"))) {
      ServiceWatch watch =
          harness.synced("checkout:grpc", options, "10", slice("a", 5, ready("10.0.0.1")));
      ServiceWatch other = harness.watch("checkout:grpc");

      assertFollows(harness, watch, other);
    }
  }

  @Test
  void aFilterMayThrowWhatItDoesNotDeclare() {
    assertHarmless(
        WatchOptions.DEFAULTS.withFilter(
            (endpoint, slice) -> {
              throw GuestCodeTest.<RuntimeException>checked();
            }));
  }

  @Test
  void aWeightMayThrowWhatItDoesNotDeclare() {
    assertHarmless(
        WatchOptions.DEFAULTS.withWeight(
            (endpoint, slice) -> {
              throw GuestCodeTest.<RuntimeException>checked();
            }));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scope", "spread", "no scope", "no spread", "no basis"})
  void aPolicyMayThrowWhatItDoesNotDeclareAndReturnNothing(String how) {
    assertHarmless(WatchOptions.DEFAULTS.withPolicy(new Broken(how)));
  }

  @Test
  void anObserverMayThrowWhatItDoesNotDeclare() {
    DiscoveryObserver observer =
        new DiscoveryObserver() {
          @Override
          public void onPublished(ServiceView view) {
            throw GuestCodeTest.<RuntimeException>checked();
          }
        };
    try (Harness harness = new Harness(builder -> builder.observer(observer))) {
      ServiceWatch watch = harness.synced();
      ServiceWatch other = harness.watch("checkout:grpc");

      assertFollows(harness, watch, other);
    }
  }

  @Test
  void aListenerThatThrowsWhatItDoesNotDeclareStaysSubscribed() {
    try (Harness harness = new Harness()) {
      ServiceWatch watch = harness.synced();
      List<List<String>> heard = new ArrayList<>();
      watch.subscribe(
          view -> {
            heard.add(addresses(view));
            throw GuestCodeTest.<RuntimeException>checked();
          });
      harness.settle();

      assertFollows(harness, watch);
      assertThat(heard).containsExactly(List.of("10.0.0.1"), List.of("10.0.0.2"));
    }
  }

  @Test
  void aPolicyWithoutALabelIsRefusedAndLeavesNothingBehind() {
    TopologyPolicy nameless =
        new TopologyPolicy() {
          @Override
          public String label() {
            throw new IllegalStateException("a bug");
          }

          @Override
          public Scope scope(Census census, OwnPlace own) {
            return Scope.ALL;
          }

          @Override
          public Spread spread(Zones zones, OwnPlace own, Callers callers) {
            return Spread.byCapacity(zones, "by capacity");
          }
        };
    try (Harness harness = new Harness()) {
      assertThatThrownBy(
              () -> harness.watch("checkout:grpc", WatchOptions.DEFAULTS.withPolicy(nameless)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a bug");
      harness.settle();

      assertThat(harness.requests()).isZero();
    }
  }
}
