package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.verdicts;
import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.endpoint;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.data.Offset.offset;

import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.OutReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The verdict on every address, and the one line on what is wrong with a Service. */
class ExplainTest {

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void givesEveryAddressOfEverySliceAVerdictAndAShare() {
    ServiceWatch watch =
        harness.synced(
            "checkout:grpc",
            "100",
            slice("a", 5, ready("10.0.0.1"), endpoint("10.0.0.2", UNREADY)),
            slice("b", 6, ready("10.0.0.1"), ready("10.0.0.3")));

    Explanation explanation = watch.explain();

    assertThat(explanation.view()).isSameAs(watch.view());
    assertThat(explanation.problems()).isEmpty();
    assertThat(explanation.addresses())
        .extracting(
            Explanation.Address::slice,
            address -> address.endpoint().address(),
            Explanation.Address::share,
            Explanation.Address::out)
        .containsExactly(
            tuple("a", "10.0.0.1", 0.0, OutReason.DUPLICATE),
            tuple("a", "10.0.0.2", 0.0, OutReason.NOT_READY),
            tuple("b", "10.0.0.1", 0.5, null),
            tuple("b", "10.0.0.3", 0.5, null));
    assertThat(explanation.addresses().get(0).detail())
        .isEqualTo("another entry for 10.0.0.1:8080 counts");
  }

  @Test
  void isRightWhileAChangeSettles() {
    ServiceWatch watch =
        harness.synced("checkout:grpc", "100", slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    harness.last().modified(slice("a", 101, endpoint("10.0.0.1", UNREADY), ready("10.0.0.2")));
    harness.settle();

    assertThat(verdicts(watch))
        .containsExactly(Map.entry("10.0.0.1:8080", "NOT_READY"), Map.entry("10.0.0.2:8080", "IN"));
  }

  @Test
  void sharesOfAViewAddUpToOne() {
    ServiceWatch watch = harness.synced("checkout:grpc", "100", slice("a", 5, Slices.readyOnes(7)));

    double sum = 0;
    for (Explanation.Address address : watch.explain().addresses()) {
      sum += address.share();
    }

    assertThat(sum).isCloseTo(1.0, offset(1e-12));
  }

  @Test
  void noSliceAtAll() {
    ServiceWatch watch = harness.synced("checkout:grpc", "100");

    assertThat(watch.explain().addresses()).isEmpty();
    assertThat(watch.explain().problems())
        .containsExactly(
            "no EndpointSlice names the Service shop/checkout: there is no such Service in this"
                + " namespace, or it is of type ExternalName, or it has no selector (kubectl get"
                + " service checkout -n shop)");
  }

  @Test
  void aPlaceholder() {
    ServiceWatch watch =
        harness.synced("checkout:grpc", "100", Slices.slice("checkout", "a", 5, List.of()));

    assertThat(watch.explain().problems())
        .containsExactly(
            "the Service shop/checkout exists and its selector matches no pod (kubectl get service"
                + " checkout -n shop -o jsonpath='{.spec.selector}')");
  }

  @Test
  void allUnready() {
    ServiceWatch watch =
        harness.synced(
            "checkout:grpc",
            "100",
            slice("a", 5, endpoint("10.0.0.1", UNREADY), endpoint("10.0.0.2", Slices.STOPPED)));

    assertThat(watch.explain().problems())
        .containsExactly(
            "no endpoint is ready, of 2 (kubectl get endpointslices -l"
                + " kubernetes.io/service-name=checkout -n shop)");
  }

  @Test
  void severalReasons() {
    ServiceWatch watch =
        harness.synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withFilter((endpoint, slice) -> false),
            "100",
            slice("a", 5, ready("10.0.0.1"), ready("junk"), ready("10.0.0.2")));

    assertThat(watch.explain().problems())
        .containsExactly("no endpoint is left: 1 INVALID_ADDRESS, 2 FILTERED");
  }

  @Test
  void thePortIsMissing() {
    ServiceWatch watch = harness.synced("checkout:http", "100", slice("a", 5, ready("10.0.0.1")));

    assertThat(watch.explain().problems())
        .containsExactly("no TCP port named http; there is grpc 8080/TCP");
    assertThat(watch.explain().addresses().get(0).out()).isEqualTo(OutReason.NO_SUCH_PORT);
    assertThat(watch.explain().addresses().get(0).detail()).isEmpty();
  }

  @Test
  void theWatchIsForbidden() {
    ServiceWatch watch = harness.watch("checkout:grpc");
    harness.last().refused(403, "Forbidden");
    harness.settle();

    assertThat(watch.explain().problems())
        .singleElement()
        .asString()
        .contains("verbs: [\"list\", \"watch\"]");
  }

  @Test
  void theServerIsLost() {
    ServiceWatch watch = harness.synced();
    harness.last().broken();
    harness.advance(Duration.ofSeconds(10));

    assertThat(watch.explain().problems()).singleElement().asString().isNotEmpty();
    assertThat(verdicts(watch)).containsExactly(Map.entry("10.0.0.1:8080", "IN"));
  }

  @Test
  void afterTheEndItStillShowsWhatWasThere() {
    ServiceWatch watch = harness.synced();
    watch.close();

    assertThat(watch.explain().problems()).containsExactly("discovery was closed");
    assertThat(verdicts(watch)).containsExactly(Map.entry("10.0.0.1:8080", "IN"));
  }
}
