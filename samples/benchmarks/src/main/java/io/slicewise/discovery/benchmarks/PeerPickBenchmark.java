package io.slicewise.discovery.benchmarks;

import com.linecorp.armeria.client.Endpoint;
import io.grpc.LoadBalancer.PickResult;
import io.smallrye.stork.api.ServiceInstance;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The choice of an endpoint for one call as the peers make it, to be read beside {@link
 * PickBenchmark}. Each is the library's own balancer, set up through its public API over endpoints
 * that are all connected; the classes of the states say what one operation includes. Those that end
 * in {@code Counted} also count the call as in flight until it ends, and so stand beside {@link
 * PickBenchmark#acquireAndClose}, the others beside {@link PickBenchmark#pick}.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main PeerPickBenchmark -prof gc -t 2
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerPickBenchmark {

  /** Creates the benchmark; JMH calls this. */
  public PeerPickBenchmark() {}

  /** Our policy for gRPC: the zone by its share, then power of two choices by calls in flight. */
  @Benchmark
  public PickResult grpcSlicewise(GrpcPeer.Slicewise peer) {
    return peer.pick();
  }

  /** The same with what is made to watch a call, which all but {@code round_robin} make. */
  @Benchmark
  public PickResult grpcSlicewiseTracer(GrpcPeer.Slicewise peer, Blackhole stream) {
    PickResult result = peer.pick();
    stream.consume(peer.tracer(result));
    return result;
  }

  /** One at random with what is made to watch a call: no policy that draws can be quicker. */
  @Benchmark
  public PickResult grpcSlicewiseRandomTracer(GrpcPeer.SlicewiseRandom peer, Blackhole stream) {
    PickResult result = peer.pick();
    stream.consume(peer.tracer(result));
    return result;
  }

  /** The same with the call counted. */
  @Benchmark
  public PickResult grpcSlicewiseCounted(GrpcPeer.Slicewise peer, Blackhole stream) {
    PickResult result = peer.pick();
    stream.consume(peer.call(result));
    return result;
  }

  /** gRPC's outlier detection around {@code round_robin}, with what is made to watch a call. */
  @Benchmark
  public PickResult grpcOutlierDetectionTracer(GrpcPeer.OutlierDetection peer, Blackhole stream) {
    PickResult result = peer.pick();
    stream.consume(peer.tracer(result));
    return result;
  }

  /** gRPC's {@code least_request_experimental} with what is made to watch a call. */
  @Benchmark
  public PickResult grpcLeastRequestTracer(GrpcPeer.LeastRequest peer, Blackhole stream) {
    PickResult result = peer.pick();
    stream.consume(peer.tracer(result));
    return result;
  }

  /** gRPC's {@code round_robin}: a counter that all threads share. */
  @Benchmark
  public PickResult grpcRoundRobin(GrpcPeer.RoundRobin peer) {
    return peer.pick();
  }

  /** gRPC's {@code weighted_round_robin}: the same counter, and endpoints pass by their weight. */
  @Benchmark
  public PickResult grpcWeightedRoundRobin(GrpcPeer.WeightedRoundRobin peer) {
    return peer.pick();
  }

  /** gRPC's {@code least_request_experimental}: power of two choices by calls in flight. */
  @Benchmark
  public PickResult grpcLeastRequest(GrpcPeer.LeastRequest peer) {
    return peer.pick();
  }

  /** The same with the call counted. */
  @Benchmark
  public PickResult grpcLeastRequestCounted(GrpcPeer.LeastRequest peer, Blackhole stream) {
    PickResult result = peer.pick();
    stream.consume(peer.call(result));
    return result;
  }

  /** ServiceTalk's round robin: a counter that all threads share. */
  @Benchmark
  public PeerConnection serviceTalkRoundRobin(ServiceTalkPeer.RoundRobin peer) {
    return peer.pick();
  }

  /** ServiceTalk's power of two choices, by latency. */
  @Benchmark
  public PeerConnection serviceTalkTwoChoices(ServiceTalkPeer.TwoChoices peer) {
    return peer.pick();
  }

  /** The same with the call counted and its latency noted. */
  @Benchmark
  public PeerConnection serviceTalkTwoChoicesCounted(ServiceTalkPeer.TwoChoices peer) {
    PeerConnection connection = peer.pick();
    connection.call();
    return connection;
  }

  /** Armeria's round robin: a counter that all threads share. */
  @Benchmark
  public Endpoint armeriaRoundRobin(ArmeriaPeer.RoundRobin peer) {
    return peer.pick();
  }

  /** Armeria's weighted round robin, which is its default. */
  @Benchmark
  public Endpoint armeriaWeightedRoundRobin(ArmeriaPeer.WeightedRoundRobin peer) {
    return peer.pick();
  }

  /** Stork's round robin, which is its default. */
  @Benchmark
  public ServiceInstance storkRoundRobin(StorkPeer.RoundRobin peer) {
    return peer.pick();
  }

  /** Stork's power of two choices, by calls in flight. */
  @Benchmark
  public ServiceInstance storkTwoChoices(StorkPeer.TwoChoices peer) {
    return peer.pick();
  }
}
