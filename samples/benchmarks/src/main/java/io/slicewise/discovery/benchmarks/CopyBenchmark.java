package io.slicewise.discovery.benchmarks;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What is left of an event's work if nothing is done but copying references: those to the endpoints
 * of one of three zones, and those to the slices. The work of {@link ApplyBenchmark#slicewise} is
 * required not to grow with the Service beyond this.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main CopyBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CopyBenchmark {

  private static final int ZONES = 3;

  /** The size of the Service. */
  @Param({"100", "1000", "5000", "20000"})
  int endpoints;

  private Object[] zone = {};
  private Object[] slices = {};

  /** Creates the state; JMH calls this. */
  public CopyBenchmark() {}

  /** Makes the arrays. */
  @Setup
  public void fill() {
    zone = new Object[endpoints / ZONES];
    Arrays.setAll(zone, i -> new Object());
    slices = new Object[endpoints / Fleet.PER_SLICE];
    Arrays.setAll(slices, i -> new Object());
  }

  /** Copies them. */
  @Benchmark
  public void references(Blackhole copies) {
    copies.consume(zone.clone());
    copies.consume(slices.clone());
  }
}
