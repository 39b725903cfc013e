package io.slicewise.discovery.benchmarks;

import io.grpc.LoadBalancer.SubchannelPicker;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * One endpoint comes or goes among many that are connected: how long a policy of gRPC holds the
 * channel's sync context, in which calls that wait and connections that change have to wait. From
 * the new list to the picker, the connection included, which is there at once.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main GrpcUpdateBenchmark -prof gc
 * </pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GrpcUpdateBenchmark {

  /** Creates the benchmark; JMH calls this. */
  public GrpcUpdateBenchmark() {}

  /** Ours. */
  @Benchmark
  public SubchannelPicker slicewise(GrpcPeer.Slicewise peer) {
    return peer.update();
  }

  /** gRPC's {@code round_robin}. */
  @Benchmark
  public SubchannelPicker roundRobin(GrpcPeer.RoundRobin peer) {
    return peer.update();
  }

  /** gRPC's {@code least_request_experimental}. */
  @Benchmark
  public SubchannelPicker leastRequest(GrpcPeer.LeastRequest peer) {
    return peer.update();
  }
}
