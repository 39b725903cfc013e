package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.many;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an observer hears of ejections, and what is known of all watches at once. */
class EjectionEventsTest {

  private final List<String> heard = new ArrayList<>();
  private final DiscoveryObserver observer =
      new DiscoveryObserver() {
        @Override
        public void onEjected(ServiceTarget target, Endpoint endpoint, Duration length) {
          heard.add(target + " out " + endpoint.address() + " for " + length.toSeconds() + " s");
        }

        @Override
        public void onReadmitted(ServiceTarget target, Endpoint endpoint) {
          heard.add(target + " in " + endpoint.address());
        }
      };
  private final Harness harness = new Harness(builder -> builder.observer(observer));
  private final SliceEndpoint[] four = many("a", 0, 4).toArray(SliceEndpoint[]::new);

  @AfterEach
  void close() {
    harness.close();
  }

  private Endpoint eject(ServiceWatch watch) {
    Endpoint sick = watch.view().endpoints().get(0);
    for (int i = 0; i < 5; i++) {
      watch.acquire(sick).end(Outcome.FAILURE);
    }
    harness.settle();
    return sick;
  }

  @Test
  void tellsWhoIsLeftOutForHowLongAndWhenThatIsOver() {
    ServiceWatch watch = harness.synced("checkout:grpc", "100", slice("s", 5, four));
    Endpoint sick = eject(watch);
    assertThat(heard).containsExactly("checkout.shop:grpc out 10.0.0.1 for 10 s");
    heard.clear();

    for (int i = 0; i < 12; i++) {
      harness.last().bookmark(Integer.toString(200 + i));
      harness.advance(Duration.ofSeconds(1));
    }
    for (int i = 0; i < 3; i++) {
      watch.acquireOther(List.of()).end(Outcome.SUCCESS);
    }
    harness.settle();

    assertThat(heard).containsExactly("checkout.shop:grpc in " + sick.address());
  }

  @Test
  void tellsOfOneThatLeftWhileItWasOut() {
    ServiceWatch watch = harness.synced("checkout:grpc", "100", slice("s", 5, four));
    eject(watch);
    heard.clear();

    harness.last().modified(slice("s", 101, four[1], four[2], four[3]));
    harness.window();

    assertThat(heard).containsExactly("checkout.shop:grpc in 10.0.0.1");
  }

  @Test
  void oneClientsFailuresAreShownInItsOwnExplanationOnly() {
    ServiceWatch watch = harness.synced("checkout:grpc", "100", slice("s", 5, four));
    ServiceWatch other = harness.watch("checkout:grpc");
    harness.settle();
    eject(watch);

    List<Explanation> explanations = harness.discovery.explain();

    assertThat(explanations)
        .extracting(Explanation::view)
        .containsExactlyInAnyOrder(watch.view(), other.view());
    assertThat(explanations)
        .extracting(
            explanation ->
                explanation.addresses().stream()
                    .filter(address -> address.out() == OutReason.EJECTED)
                    .count())
        .containsExactlyInAnyOrder(0L, 1L);
    other.close();
    assertThat(harness.discovery.views()).extracting(ServiceView::target).hasSize(1);
  }
}
