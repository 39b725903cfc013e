package io.slicewise.discovery.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.springframework.cloud.client.ServiceInstance;

/**
 * The choice of an instance through the whole of Spring Cloud LoadBalancer's blocking client: its
 * child context, the load balancer, the lifecycle. {@code choose} only chooses; {@code execute}
 * also makes a call of it that does nothing, which ours counts as in flight.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main SpringPickBenchmark -prof gc
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SpringPickBenchmark {

  /** Creates the benchmark; JMH calls this. */
  public SpringPickBenchmark() {}

  /** Ours: the zone by its share, then power of two choices by calls in flight. */
  @Benchmark
  public ServiceInstance chooseSlicewise(SpringPeer.Slicewise peer) {
    return peer.client().choose(Fleet.SERVICE);
  }

  /** Spring Cloud's: round robin over its cache. */
  @Benchmark
  public ServiceInstance chooseRoundRobin(SpringPeer.RoundRobin peer) {
    return peer.client().choose(Fleet.SERVICE);
  }

  /** Ours with a call that is counted. */
  @Benchmark
  public ServiceInstance executeSlicewise(SpringPeer.Slicewise peer) throws IOException {
    return peer.client().execute(Fleet.SERVICE, SpringPeer::executed);
  }

  /** Spring Cloud's with a call. */
  @Benchmark
  public ServiceInstance executeRoundRobin(SpringPeer.RoundRobin peer) throws IOException {
    return peer.client().execute(Fleet.SERVICE, SpringPeer::executed);
  }
}
