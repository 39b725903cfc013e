package io.slicewise.discovery.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.linecorp.armeria.client.Endpoint;
import io.grpc.Attributes;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.Metadata;
import io.smallrye.stork.api.ServiceInstance;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.Blackhole;

/** The peers really choose: every endpoint gets calls, and as many as the policy is to give it. */
class PeerPickTest {

  private static final int ENDPOINTS = 10;
  private static final int PICKS = 1_450; // ten times the sum of the weights
  private static final int EVEN = PICKS / ENDPOINTS;

  private final PeerPickBenchmark benchmark = new PeerPickBenchmark();
  private final Blackhole stream =
      new Blackhole(
          "Today's password is swordfish. "
              + "I understand instantiating Blackholes directly is dangerous.");

  @Test
  void grpcRoundRobinTakesTurns() {
    GrpcPeer.RoundRobin peer = filled(new GrpcPeer.RoundRobin());

    assertThat(picks(peer, () -> GrpcPeer.address(benchmark.grpcRoundRobin(peer))))
        .containsOnly(EVEN);
    peer.close();
  }

  @Test
  void grpcWeightedRoundRobinFollowsTheReports() {
    GrpcPeer.WeightedRoundRobin peer = filled(new GrpcPeer.WeightedRoundRobin());

    assertFollowsWeights(
        peer, picks(peer, () -> GrpcPeer.address(benchmark.grpcWeightedRoundRobin(peer))));
    peer.close();
  }

  @Test
  void grpcSlicewisePrefersTheOwnZoneAndTakesAll() {
    GrpcPeer.Slicewise peer = filled(new GrpcPeer.Slicewise());

    int[] counts =
        picks(peer, () -> GrpcPeer.address(benchmark.grpcSlicewiseCounted(peer, stream)));

    assertThat(counts).doesNotContain(0);
    int own = counts[0] + counts[3] + counts[6] + counts[9]; // four of ten
    assertThat(own).isGreaterThan(PICKS / 2);
    peer.close();
  }

  @Test
  void grpcSlicewiseFollowsUpdates() {
    GrpcPeer.Slicewise peer = filled(new GrpcPeer.Slicewise());
    GrpcUpdateBenchmark updates = new GrpcUpdateBenchmark();

    assertThat(updates.slicewise(peer)).isNotNull();
    assertThat(picks(peer, () -> GrpcPeer.address(peer.pick()))[ENDPOINTS - 1]).isZero();
    assertThat(updates.slicewise(peer)).isNotNull();
    assertThat(picks(peer, () -> GrpcPeer.address(peer.pick()))).doesNotContain(0);
    peer.close();
  }

  @Test
  void grpcOutlierDetectionTakesTurns() {
    GrpcPeer.OutlierDetection peer = filled(new GrpcPeer.OutlierDetection());

    assertThat(
            picks(peer, () -> GrpcPeer.address(benchmark.grpcOutlierDetectionTracer(peer, stream))))
        .containsOnly(EVEN);
    peer.close();
  }

  @Test
  void grpcLeastRequestTakesAllAlike() {
    GrpcPeer.LeastRequest peer = filled(new GrpcPeer.LeastRequest());

    assertThat(picks(peer, () -> GrpcPeer.address(benchmark.grpcLeastRequest(peer))))
        .doesNotContain(0);
    assertThat(picks(peer, () -> GrpcPeer.address(benchmark.grpcLeastRequestCounted(peer, stream))))
        .doesNotContain(0);
    peer.close();
  }

  @Test
  void grpcLeastRequestAvoidsTheBusy() {
    GrpcPeer.LeastRequest peer = filled(new GrpcPeer.LeastRequest());
    PickResult busy = peer.pick();
    peer.tracer(busy).streamCreated(Attributes.EMPTY, new Metadata());

    int[] counts =
        picks(peer, () -> GrpcPeer.address(benchmark.grpcLeastRequestCounted(peer, stream)));

    // It is taken only where both of the two at random are this one: once in a hundred.
    assertThat(counts[peer.addresses().indexOf(GrpcPeer.address(busy))]).isLessThan(EVEN / 2);
    peer.close();
  }

  @Test
  void serviceTalkRoundRobinTakesTurns() throws Exception {
    ServiceTalkPeer.RoundRobin peer = filled(new ServiceTalkPeer.RoundRobin());

    assertThat(picks(peer, () -> benchmark.serviceTalkRoundRobin(peer).address()))
        .containsOnly(EVEN);
    peer.close();
  }

  @Test
  void serviceTalkTwoChoicesPrefersTheFast() throws Exception {
    ServiceTalkPeer.TwoChoices peer = filled(new ServiceTalkPeer.TwoChoices());

    int[] counts = picks(peer, () -> benchmark.serviceTalkTwoChoices(peer).address());

    assertTakesAllButTheSlowest(counts);
    int fast = Arrays.stream(counts).sorted().skip(ENDPOINTS / 2).sum();
    assertThat(fast).isGreaterThan(PICKS * 7 / 10);
    peer.close();
  }

  @Test
  void serviceTalkTwoChoicesCountedTakesAll() throws Exception {
    ServiceTalkPeer.TwoChoices peer = filled(new ServiceTalkPeer.TwoChoices());

    assertTakesAllButTheSlowest(
        picks(peer, () -> benchmark.serviceTalkTwoChoicesCounted(peer).address()));
    peer.close();
  }

  @Test
  void armeriaRoundRobinTakesTurns() {
    ArmeriaPeer.RoundRobin peer = filled(new ArmeriaPeer.RoundRobin());

    assertThat(picks(peer, () -> address(benchmark.armeriaRoundRobin(peer)))).containsOnly(EVEN);
  }

  @Test
  void armeriaWeightedRoundRobinFollowsTheWeights() {
    ArmeriaPeer.WeightedRoundRobin peer = filled(new ArmeriaPeer.WeightedRoundRobin());

    assertFollowsWeights(
        peer, picks(peer, () -> address(benchmark.armeriaWeightedRoundRobin(peer))));
  }

  @Test
  void storkRoundRobinTakesTurns() {
    StorkPeer.RoundRobin peer = filled(new StorkPeer.RoundRobin());

    assertThat(picks(peer, () -> address(benchmark.storkRoundRobin(peer)))).containsOnly(EVEN);
  }

  @Test
  void storkTwoChoicesTakesAll() {
    StorkPeer.TwoChoices peer = filled(new StorkPeer.TwoChoices());

    assertThat(picks(peer, () -> address(benchmark.storkTwoChoices(peer)))).doesNotContain(0);
  }

  private static <P extends PeerEndpoints> P filled(P peer) {
    peer.endpoints = ENDPOINTS;
    peer.fill();
    return peer;
  }

  /** Counts how often each endpoint is chosen. */
  private static int[] picks(PeerEndpoints peer, Supplier<? extends SocketAddress> pick) {
    List<? extends SocketAddress> addresses = peer.addresses();
    int[] counts = new int[ENDPOINTS];
    for (int i = 0; i < PICKS; i++) {
      counts[addresses.indexOf(pick.get())]++;
    }
    return counts;
  }

  /** Half of them are equally slow, but if a pause made one slower, no choice of two takes it. */
  private static void assertTakesAllButTheSlowest(int[] counts) {
    assertThat(Arrays.stream(counts).filter(count -> count == 0).count()).isLessThanOrEqualTo(1);
  }

  private static void assertFollowsWeights(PeerEndpoints peer, int[] counts) {
    for (int i = 0; i < ENDPOINTS; i++) {
      assertThat(counts[i]).isCloseTo(10 * peer.weight(i), within(5));
    }
  }

  private static InetSocketAddress address(Endpoint endpoint) {
    return new InetSocketAddress(endpoint.host(), endpoint.port());
  }

  private static InetSocketAddress address(ServiceInstance instance) {
    return new InetSocketAddress(instance.getHost(), instance.getPort());
  }
}
