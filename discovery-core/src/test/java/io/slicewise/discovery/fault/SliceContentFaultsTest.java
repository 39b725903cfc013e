package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Slices that are right and easily read wrongly. None of them may cost a request: what the server
 * is asked stays one watch list.
 */
class SliceContentFaultsTest {

  private static final String READY = "\"ready\":true,\"serving\":true,\"terminating\":false";
  private static final String DRAINING = "\"ready\":false,\"serving\":true,\"terminating\":true";
  private static final String GRPC = "{\"name\":\"grpc\",\"protocol\":\"TCP\",\"port\":8080}";

  @TempDir Path directory;
  private Scene scene;

  @BeforeEach
  void start() throws Exception {
    start(sdk -> sdk);
  }

  private void start(UnaryOperator<ServiceDiscoveryBuilder> settings) throws Exception {
    if (scene != null) {
      scene.close();
    }
    scene = Scene.empty(directory, Wire.H2_TLS, server -> server, settings);
  }

  private void startAt(String zone, String node) throws Exception {
    start(sdk -> sdk.zone(zone).node(node).policy(TopologyPolicy.kubernetes()));
  }

  @AfterEach
  void close() throws Exception {
    try {
      assertThat(scene.asked()).containsExactly("watchlist newest 200");
      assertThat(scene.told.failures()).isEmpty();
    } finally {
      scene.close();
    }
  }

  private void follow() {
    scene.follow("checkout:grpc");
    scene.eventually(() -> assertThat(scene.view().state().isListed()).isTrue());
    scene.caller();
  }

  private static String slice(String name, String type, String ports, String... endpoints) {
    return """
        {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"%s",\
        "namespace":"shop","labels":{"kubernetes.io/service-name":"checkout"}},\
        "addressType":"%s","endpoints":%s,"ports":%s}\
        """
        .formatted(name, type, endpoints.length == 0 ? "null" : List.of(endpoints), ports);
  }

  private void create(String name, String... endpoints) {
    scene.server.cluster().create(slice(name, "IPv4", "[" + GRPC + "]", endpoints));
  }

  private void replace(String name, String... endpoints) {
    scene.server.cluster().replace(slice(name, "IPv4", "[" + GRPC + "]", endpoints));
  }

  private static String endpoint(String address, String conditions, String more) {
    return "{\"addresses\":[\"%s\"],\"conditions\":{%s}%s}".formatted(address, conditions, more);
  }

  private static String ready(String address) {
    return endpoint(address, READY, "");
  }

  private static String hinted(String address, String zone) {
    return endpoint(
        address, READY, ",\"hints\":{\"forZones\":[{\"name\":\"%s\"}]}".formatted(zone));
  }

  private static String ofPod(String address, String conditions, String pod, int uid) {
    String target =
        """
        ,"targetRef":{"kind":"Pod","namespace":"shop","name":"%s",\
        "uid":"5a4c0000-0000-4000-8000-00000000000%d"}\
        """;
    return endpoint(address, conditions, target.formatted(pod, uid));
  }

  @Test
  void nullEndpointsAndPortsAreNoneAndTheOtherSlicesCount() {
    scene.server.cluster().create(slice("checkout-empty", "IPv4", "null"));
    create("checkout-a", ready("10.0.0.1"));
    follow();

    scene.assertSees("SYNCED 10.0.0.1");
    scene.assertCalls("10.0.0.1");
  }

  @Test
  void aPlaceholderSaysAnotherThingThanNoSlice() {
    scene.nobodyIsFine();
    follow();
    assertThat(scene.view().problem()).contains("no EndpointSlice names the Service");
    scene.checkout(); // without a pod: the controller writes a placeholder

    scene.eventually(
        () ->
            assertThat(scene.view().problem()).contains("exists and its selector matches no pod"));
    scene.caller().forgetRefusals();
    scene.eventually(() -> assertThat(scene.caller().refusals()).isNotEmpty());
    assertThat(scene.caller().refusals()).allMatch(text -> text.contains("selector"));
    scene.checkout().addPod("checkout-1", "10.0.0.1", "z1");
    scene.assertSees("SYNCED 10.0.0.1");
    scene.assertCalls("10.0.0.1");
  }

  @Test
  void conditionsThatAreMissingMeanReady() {
    create("checkout-a", "{\"addresses\":[\"10.0.0.1\"]}", endpoint("10.0.0.2", "", ""));
    follow();

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2");
    scene.assertCalls("10.0.0.1", "10.0.0.2");
  }

  @Test
  void ofAMirroredSliceReadyAloneCounts() {
    create(
        "checkout-a",
        endpoint("10.0.0.1", "\"ready\":true", ""),
        endpoint("10.0.0.2", "\"ready\":false", ""));
    follow();

    scene.assertSees("SYNCED 10.0.0.1");
    scene.nobodyIsFine();
    replace("checkout-a", endpoint("10.0.0.2", "\"ready\":false", ""));
    scene.assertSees("SYNCED"); // nil serving is no reason to call one that is not ready
    assertThat(scene.view().problem()).contains("no endpoint is ready");
  }

  @Test
  void publishedPodsAreCalledWhileTheyTerminate() {
    scene.addPods().checkout().publishNotReadyAddresses(true);
    scene.checkout().pod("checkout-1").terminate();
    scene.checkout().pod("checkout-2").terminate().stopServing();
    follow();

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @Test
  void hostNamesAreShownAndNotCalled() {
    create("checkout-a", ready("10.0.0.1"));
    scene
        .server
        .cluster()
        .create(slice("checkout-b", "FQDN", "[" + GRPC + "]", ready("db.example.com")));
    follow();

    scene.assertSees("SYNCED 10.0.0.1");
    assertThat(scene.view().endpoints()).extracting(Endpoint::address).contains("db.example.com");
    scene.assertCalls("10.0.0.1");
  }

  @Test
  void ofTwoFamiliesOneIsCalled() {
    scene.checkout().families("IPv4", "IPv6");
    scene.checkout().addPod("checkout-1", List.of("10.0.0.1", "fd00::1"), "z1", "n1");
    scene.checkout().addPod("checkout-2", List.of("10.0.0.2", "fd00::2"), "z2", "n2");
    follow();

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2");
    assertThat(scene.view().endpoints()).hasSize(4);
    scene.assertCalls("10.0.0.1", "10.0.0.2");
  }

  @Test
  void aPortMayHaveAnotherNumberInEachSlice() {
    create("checkout-a", ready("10.0.0.1"));
    String other = GRPC.replace("8080", "9090");
    scene
        .server
        .cluster()
        .create(slice("checkout-b", "IPv4", "[" + other + "]", ready("10.0.0.2")));
    follow();

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2");
    assertThat(scene.caller().nextPicks()).containsExactly("10.0.0.1:8080", "10.0.0.2:9090");
  }

  @Test
  void aHeadlessServiceWithoutPortsTakesTheCallersNumber() {
    scene.addPods().checkout().withoutPorts();
    scene.follow("checkout:9042");

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");
    assertThat(scene.caller().nextPicks())
        .isNotEmpty()
        .isSubsetOf("10.0.0.1:9042", "10.0.0.2:9042", "10.0.0.3:9042");
  }

  @Test
  void anEndpointWithoutAZoneIsCalledToo() throws Exception {
    start(sdk -> sdk.zone("z1"));
    create(
        "checkout-a",
        endpoint("10.0.0.1", READY, ",\"zone\":\"z1\""),
        endpoint("10.0.0.2", READY, ",\"zone\":\"z2\""),
        ready("10.0.0.3"));
    follow();

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");
    for (int i = 0; i < 3; i++) {
      assertThat(scene.view().selection().share(i)).isPositive();
    }
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @Test
  void oneReadyEndpointWithoutAHintVoidsAllHints() throws Exception {
    startAt("z1", "n1");
    create("checkout-a", hinted("10.0.0.1", "z1"), hinted("10.0.0.2", "z2"));
    follow();
    scene.assertSees("SYNCED 10.0.0.1");
    replace("checkout-a", hinted("10.0.0.1", "z1"), hinted("10.0.0.2", "z2"), ready("10.0.0.3"));

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @Test
  void hintsForOtherZonesOnlyAreNoReasonToCallNobody() throws Exception {
    startAt("z9", "n9");
    create("checkout-a", hinted("10.0.0.1", "z1"), hinted("10.0.0.2", "z2"));
    follow();

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2");
    scene.assertCalls("10.0.0.1", "10.0.0.2");
  }

  @Test
  void whereNoneIsReadyThoseThatStillServeAreCalledWhateverTheirHints() throws Exception {
    startAt("z1", "node-z1");
    scene.addPods().checkout().trafficDistribution("PreferSameZone");
    follow();
    scene.assertSees("SYNCED 10.0.0.1");
    scene.checkout().batch(() -> scene.checkout().pods().forEach(SimulatedPod::terminate));

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  /** A controller hints ready endpoints alone; what others write may be left from before. */
  @Test
  void hintsOfEndpointsThatAllTerminateAreNotFollowed() throws Exception {
    startAt("z1", "n1");
    create("checkout-a", hinted("10.0.0.1", "z1"), hinted("10.0.0.2", "z2"));
    follow();
    scene.assertSees("SYNCED 10.0.0.1");
    replace(
        "checkout-a",
        hinted("10.0.0.1", "z1").replace(READY, DRAINING),
        hinted("10.0.0.2", "z2").replace(READY, DRAINING));

    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2");
    scene.assertCalls("10.0.0.1", "10.0.0.2");
  }

  @Test
  void hintsForNodesComeBeforeHintsForZones() throws Exception {
    startAt("z1", "n1");
    scene.checkout().trafficDistribution("PreferSameNode");
    scene.checkout().addPod("checkout-1", "10.0.0.1", "z1", "n1");
    scene.checkout().addPod("checkout-2", "10.0.0.2", "z1", "n2");
    follow();

    scene.assertSees("SYNCED 10.0.0.1");
    scene.assertCalls("10.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void ofTwoPodsAtOneAddressTheOneThatStaysIsCalled(boolean oldFirst, boolean oneSlice) {
    String old = ofPod("10.0.0.1", DRAINING, "old", 1);
    String young = ofPod("10.0.0.1", READY, "young", 2);
    if (oneSlice) {
      create("checkout-a", oldFirst ? old : young, oldFirst ? young : old);
    } else {
      create("checkout-a", oldFirst ? old : young);
      create("checkout-b", oldFirst ? young : old);
    }
    follow();

    scene.assertSees("SYNCED 10.0.0.1");
    assertThat(scene.watch().pick().pod()).isEqualTo("young");
    assertThat(scene.view().endpoints()).hasSize(1);
    scene.assertCalls("10.0.0.1");
  }

  /** The SDK hears of each write before the next one is made: nothing is heard of together. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndpointThatIsInNoSliceForAMomentIsNeverMissing(boolean sliceStays) {
    create("checkout-a", ready("10.0.0.1"), ready("10.0.0.2"));
    create("checkout-b", ready("10.0.0.3"));
    follow();
    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");
    if (sliceStays) {
      replace("checkout-a", ready("10.0.0.1"));
    } else {
      scene.server.cluster().delete("EndpointSlice", "shop", "checkout-a");
    }
    scene.awaitArrival();
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    if (sliceStays) {
      replace("checkout-b", ready("10.0.0.3"), ready("10.0.0.2"));
    } else {
      replace("checkout-b", ready("10.0.0.3"), ready("10.0.0.2"), ready("10.0.0.1"));
    }
    scene.awaitArrival();
    scene.pass(Duration.ofSeconds(1));
    assertThat(scene.caller().heard()).containsExactly("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");

    replace("checkout-b", ready("10.0.0.2"));
    scene.assertSees(sliceStays ? "SYNCED 10.0.0.1 10.0.0.2" : "SYNCED 10.0.0.2");
    assertThat(scene.caller().heard()).hasSize(2); // it would have heard of what was missing
  }

  /** The last of the three writes shows at once; what the first two leave must be whole by then. */
  @Test
  void anEndpointThatMovesBetweenSlicesIsNeverMissing() {
    create("checkout-a", ready("10.0.0.1"), ready("10.0.0.2"));
    create("checkout-b", ready("10.0.0.3"));
    follow();
    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3");
    replace("checkout-a", ready("10.0.0.1"));
    replace("checkout-b", ready("10.0.0.3"), ready("10.0.0.2"));
    String unready = endpoint("10.0.0.3", "\"ready\":false,\"serving\":false", "");
    replace("checkout-b", unready, ready("10.0.0.2"));

    scene.atOnce(() -> assertThat(Caller.line(scene.view())).endsWith("10.0.0.1 10.0.0.2"));
    scene.pass(Duration.ofSeconds(1));
    assertThat(scene.caller().heard())
        .containsExactly("SYNCED 10.0.0.1 10.0.0.2 10.0.0.3", "SYNCED 10.0.0.1 10.0.0.2");
    scene.assertCalls("10.0.0.1", "10.0.0.2");
  }

  @Test
  void aSliceWhosePortChangesInPlaceIsCalledAtTheNewOne() {
    create("checkout-a", ready("10.0.0.1"));
    follow();
    scene.assertCalls("10.0.0.1");
    String other = "[" + GRPC.replace("8080", "9090") + "]";
    scene.server.cluster().replace(slice("checkout-a", "IPv4", other, ready("10.0.0.1")));

    scene.eventually(() -> assertThat(scene.watch().pick().authority()).isEqualTo("10.0.0.1:9090"));
    assertThat(scene.caller().nextPicks()).containsExactly("10.0.0.1:9090");
  }

  @Test
  void aSliceThatIsGivenToAnotherServiceIsGone() {
    create("checkout-a", ready("10.0.0.1"));
    create("checkout-b", ready("10.0.0.2"));
    follow();
    scene.assertSees("SYNCED 10.0.0.1 10.0.0.2");
    scene
        .server
        .cluster()
        .replace(
            slice("checkout-b", "IPv4", "[" + GRPC + "]", ready("10.0.0.2"))
                .replace("service-name\":\"checkout", "service-name\":\"basket"));

    scene.assertSees("SYNCED 10.0.0.1");
    scene.assertCalls("10.0.0.1");
  }
}
