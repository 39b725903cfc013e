package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Harness.verdicts;
import static io.slicewise.discovery.Slices.DRAINING;
import static io.slicewise.discovery.Slices.READY;
import static io.slicewise.discovery.Slices.STOPPED;
import static io.slicewise.discovery.Slices.UNREADY;
import static io.slicewise.discovery.Slices.endpoint;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static io.slicewise.discovery.Slices.withType;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.SliceEndpoint;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the slices of a Service add up to: duplicates, families, ports, conditions, filters. */
class AssemblyTest {

  /** A mirrored slice that says ready=false leaves serving nil, which is true. */
  private static final Conditions MIRRORED_UNREADY = Conditions.of(false, true, false);

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  private ServiceWatch synced(String target, EndpointSlice... slices) {
    return harness.synced(target, "100", slices);
  }

  private ServiceWatch synced(String target, WatchOptions options, EndpointSlice... slices) {
    return harness.synced(target, options, "100", slices);
  }

  private static EndpointSlice v6(String name, SliceEndpoint... endpoints) {
    return withType(AddressType.IPV6, slice(name, 5, endpoints));
  }

  // Duplicates: KS A.5

  @ParameterizedTest
  @CsvSource({"a, b", "b, a"})
  void ofTheSamePodInTwoSlicesTheNewerSliceCounts(String older, String newer) {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice(older, 5, ready("10.0.0.1"), ready("10.0.0.2")),
            slice(newer, 6, endpoint("10.0.0.1", UNREADY)));

    assertThat(addresses(watch.view())).containsExactly("10.0.0.2");
    assertThat(watch.view().endpoints()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"5, 6", "6, 5"})
  void ofTwoPodsAtOneAddressTheOneThatStaysCounts(int versionOfOld, int versionOfNew) {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice("a", versionOfOld, endpoint("10.0.0.1", DRAINING, "old")),
            slice("b", versionOfNew, endpoint("10.0.0.1", READY, "new")));

    assertThat(watch.pick().pod()).isEqualTo("new");
    assertThat(watch.view().endpoints()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTwoPodsAtOneAddressInOneSliceTheOneThatStaysCountsInEitherOrder(boolean oldFirst) {
    SliceEndpoint old = endpoint("10.0.0.1", DRAINING, "old");
    SliceEndpoint young = endpoint("10.0.0.1", UNREADY, "young");
    ServiceWatch watch =
        synced("checkout:grpc", slice("a", 5, oldFirst ? old : young, oldFirst ? young : old));

    assertThat(watch.view().endpoints()).extracting(Endpoint::pod).containsExactly("young");
    assertThat(watch.view().eligible()).isEmpty();
  }

  @Test
  void ofTwoPodsThatStayTheReadyOneCounts() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice("a", 9, endpoint("10.0.0.1", UNREADY, "one")),
            slice("b", 5, endpoint("10.0.0.1", READY, "two")));

    assertThat(watch.pick().pod()).isEqualTo("two");
  }

  @Test
  void aPodsOldEntryDoesNotOutrankAnotherPod() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice("a", 5, endpoint("10.0.0.1", READY, "one")),
            slice("b", 3, endpoint("10.0.0.1", READY, "two")),
            slice("c", 9, endpoint("10.0.0.1", UNREADY, "one")));

    assertThat(watch.pick().pod()).isEqualTo("two");
  }

  @Test
  void theLastDuplicateLeavesTheOtherEntryInPlace() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice("a", 5, endpoint("10.0.0.1", DRAINING, "old")),
            slice("b", 6, endpoint("10.0.0.1", READY, "new")));
    harness.last().deleted(slice("b", 101));
    harness.window();

    assertThat(watch.pick().pod()).isEqualTo("old");
  }

  @Test
  void anEntryListedTwiceInOneSliceCountsOnce() {
    ServiceWatch watch =
        synced("checkout:grpc", slice("a", 5, ready("10.0.0.1"), ready("10.0.0.1")));

    assertThat(watch.view().endpoints()).hasSize(1);
    assertThat(verdicts(watch)).containsExactly(Map.entry("10.0.0.1:8080", "IN+DUPLICATE"));
  }

  // Readiness tiers: KEP-1669

  @Test
  void onlyReadyEndpointsArePickedWhileThereAreAny() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice(
                "a",
                5,
                ready("10.0.0.1"),
                endpoint("10.0.0.2", DRAINING),
                endpoint("10.0.0.3", UNREADY),
                endpoint("10.0.0.4", STOPPED)));

    assertThat(verdicts(watch).values())
        .containsExactly("IN", "TERMINATING", "NOT_READY", "TERMINATING");
    assertThat(watch.view().selection().share(0)).isEqualTo(1.0);
  }

  @Test
  void thoseThatServeWhileTheyTerminateArePickedWhereNoneIsReady() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice(
                "a",
                5,
                endpoint("10.0.0.2", DRAINING),
                endpoint("10.0.0.3", UNREADY),
                endpoint("10.0.0.4", STOPPED),
                endpoint("10.0.0.5", DRAINING)));

    assertThat(addresses(watch.view())).containsExactly("10.0.0.2", "10.0.0.5");
    assertThat(watch.view().selection().share(0)).isEqualTo(0.5);
  }

  @Test
  void aMirroredUnreadyEndpointIsNeverPicked() {
    ServiceWatch watch =
        synced("checkout:grpc", slice("a", 5, endpoint("10.0.0.1", MIRRORED_UNREADY)));

    assertThat(watch.view().eligible()).isEmpty();
    assertThat(verdicts(watch)).containsExactly(Map.entry("10.0.0.1:8080", "NOT_READY"));
  }

  @Test
  void notReadyAddressesThatArePublishedArePicked() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice(
                "a",
                5,
                endpoint("10.0.0.1", Conditions.of(true, false, false)),
                endpoint("10.0.0.2", Conditions.of(true, true, true)),
                endpoint("10.0.0.3", Conditions.of(true, false, true))));

    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  // IP families

  @Test
  void takesTheOwnFamilyAndDoesNotCountDualStackPodsTwice() {
    EndpointSlice[] dual = {
      slice("a4", 5, ready("10.0.0.1"), ready("10.0.0.2")),
      v6("a6", endpoint("fd00::1", READY, "pod-10.0.0.1"))
    };
    assertThat(addresses(synced("checkout:grpc", dual).view()))
        .containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void takesTheOtherFamilyWhereItIsPreferred() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withFamily(AddressType.IPV6),
            slice("a4", 5, ready("10.0.0.1")),
            v6("a6", ready("fd00::1")));

    assertThat(verdicts(watch))
        .containsExactly(
            Map.entry("10.0.0.1:8080", "OTHER_FAMILY"), Map.entry("[fd00::1]:8080", "IN"));
  }

  @Test
  void takesTheOtherFamilyWhereTheOwnHasNoUsableEndpoint() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice("a4", 5, endpoint("10.0.0.1", UNREADY)),
            v6("a6", ready("fd00::1")));

    assertThat(addresses(watch.view())).containsExactly("fd00::1");
    harness.last().modified(slice("a4", 101, ready("10.0.0.1")));
    harness.window();
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
  }

  @Test
  void saysThatNoneIsReadyWhereNeitherFamilyHasAUsableEndpoint() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            slice("a4", 5, endpoint("10.0.0.1", UNREADY)),
            v6("a6", endpoint("fd00::1", UNREADY)));

    assertThat(verdicts(watch).values()).containsOnly("NOT_READY");
    assertThat(watch.view().problem()).startsWith("no endpoint is ready, of 2");
  }

  // Addresses

  @Test
  void hostNamesAreOutUnlessTheyAreAskedFor() {
    EndpointSlice names = withType(AddressType.FQDN, slice("a", 5, ready("api.example.com")));
    ServiceWatch without = synced("checkout:grpc", names);
    ServiceWatch with = harness.watch("checkout:grpc", WatchOptions.DEFAULTS.withHostNames(true));

    assertThat(verdicts(without)).containsExactly(Map.entry("api.example.com:8080", "FQDN"));
    assertThat(with.pick().address()).isEqualTo("api.example.com");
    assertThat(with.pick().socketAddress().isUnresolved()).isTrue();
  }

  @Test
  void anAddressThatCannotBeReadIsOut() {
    ServiceWatch watch =
        synced("checkout:grpc", slice("a", 5, ready("10.0.0.256"), ready("10.0.0.1")));

    assertThat(verdicts(watch).values()).containsExactly("INVALID_ADDRESS", "IN");
  }

  @Test
  void anAddressTypeFromTheFutureIsOut() {
    ServiceWatch watch =
        synced("checkout:grpc", withType(AddressType.UNKNOWN, slice("a", 5, ready("10.0.0.1"))));

    assertThat(verdicts(watch).values()).containsExactly("INVALID_ADDRESS");
  }

  // What an application adds

  @Test
  void aFilterDecidesBeforeReadinessAndSeesTheSlice() {
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withFilter((endpoint, slice) -> slice.name().equals("b")),
            slice("a", 5, ready("10.0.0.1")),
            slice("b", 6, endpoint("10.0.0.2", DRAINING)));

    assertThat(verdicts(watch).values()).containsExactly("FILTERED", "IN");
  }

  @Test
  void aFilterThatThrowsLetsTheEndpointPassAndCostsNobodyElse() {
    AtomicInteger calls = new AtomicInteger();
    ServiceWatch watch =
        synced(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withFilter(
                (endpoint, slice) -> {
                  if (calls.incrementAndGet() % 2 == 0) {
                    throw new IllegalStateException("a bug");
                  }
                  return false;
                }),
            slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));

    assertThat(verdicts(watch).values()).containsExactly("FILTERED", "IN");
  }

  @Test
  void watchesOfOneServiceMayDiffer() {
    ServiceWatch all = synced("checkout:grpc", slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
    ServiceWatch one =
        harness.watch(
            "checkout:grpc",
            WatchOptions.DEFAULTS.withFilter(
                (endpoint, slice) -> endpoint.address().endsWith("2")));

    assertThat(addresses(all.view())).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(addresses(one.view())).containsExactly("10.0.0.2");
    assertThat(one.view().eligible().get(0).load()).isSameAs(all.view().eligible().get(1).load());
  }

  @Test
  void optionsThatMeanNothingAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WatchOptions.DEFAULTS.withProtocol("ICMP"))
        .withMessage("protocol: ICMP (expected: TCP, UDP or SCTP)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WatchOptions.DEFAULTS.withFamily(AddressType.FQDN))
        .withMessage("family: FQDN (expected: IPV4 or IPV6)");
  }
}
