package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.model.Endpoint;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The choice of an endpoint for one call, beside the two simplest ways to choose from an array.
 * Time is that of one call on one of the threads.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main PickBenchmark -prof gc -t 2
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBenchmark {

  private static final int SMALLEST = Fleet.PER_SLICE;
  private static final int KEYS = 1_000;

  /** How many endpoints there are to choose from. */
  @Param({"10", "1000", "10000"})
  int endpoints;

  private final AtomicInteger turn = new AtomicInteger();
  private final String[] keys =
      IntStream.range(0, KEYS).mapToObj(i -> "user-" + i).toArray(String[]::new);
  private Endpoint[] array = {};

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private HeldService held;

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private ServiceWatch watch;

  /** Creates the state; JMH calls this. */
  public PickBenchmark() {}

  /** Fills the Service; of one slice so many endpoints are ready as are asked for. */
  @Setup
  public void fill() {
    held = new HeldService(Fleet.of(Math.max(SMALLEST, endpoints)));
    if (endpoints < SMALLEST) {
      byte[] event = Fleet.of(SMALLEST).event("MODIFIED", 0, 1_000_000, e -> e < endpoints);
      held.deliver(held.decode(event));
    }
    watch = held.watch();
    array = watch.view().eligible().toArray(Endpoint[]::new);
    if (array.length != endpoints) {
      throw new IllegalStateException(watch.view().toString());
    }
  }

  /** Ends discovery. */
  @TearDown
  public void close() {
    held.close();
  }

  /** Ours: power of two choices by calls in flight. */
  @Benchmark
  public Endpoint pick() {
    return watch.pick();
  }

  /** Ours by one of many keys: consistent hashing with bounded loads. */
  @Benchmark
  public Endpoint pickByKey() {
    return watch.pick(keys[ThreadLocalRandom.current().nextInt(KEYS)]);
  }

  /** Ours with the call counted: what an HTTP call costs from its start to its end. */
  @Benchmark
  public Endpoint acquireAndClose() {
    Lease lease = watch.acquire();
    lease.close();
    return lease.endpoint();
  }

  /** Baseline: one at random. */
  @Benchmark
  public Endpoint randomOfArray() {
    return array[ThreadLocalRandom.current().nextInt(array.length)];
  }

  /** Baseline: each in its turn, by a counter that all threads share. */
  @Benchmark
  public Endpoint roundRobin() {
    return array[Math.floorMod(turn.getAndIncrement(), array.length)];
  }
}
