package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.SliceEvent;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One endpoint of a large Service changes its readiness: from the event, decoded, to the published
 * view. With a tenth of the slices it should cost the same: the work is to follow the slice.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main UpdateBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class UpdateBenchmark {

  /** The size of the Service; 100 endpoints a slice. */
  @Param({"500", "5000", "10000"})
  int endpoints;

  private final SliceEvent[] unready = new SliceEvent[Fleet.PER_SLICE];
  private final SliceEvent[] ready = new SliceEvent[2];

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private HeldService held;

  private long version = 1_000_000;

  /** Creates the state; JMH calls this. */
  public UpdateBenchmark() {}

  /** Fills the Service and decodes the events. */
  @Setup
  public void fill() {
    Fleet fleet = Fleet.of(endpoints);
    held = new HeldService(fleet);
    int slice = fleet.slices() / 2;
    for (int i = 0; i < unready.length; i++) {
      int last =
          i; // the n-th event has the first n endpoints unready: one more than the one before
      unready[i] = held.decode(fleet.event("MODIFIED", slice, 1, e -> e > last));
    }
    for (int i = 0; i < ready.length; i++) {
      ready[i] = held.decode(fleet.event("MODIFIED", slice, 1, Fleet.READY));
    }
  }

  /** Makes all endpoints ready again. */
  @Setup(Level.Invocation)
  public void restore() {
    held.deliver(newer(ready[0]));
    held.settle();
  }

  /** Ends discovery. */
  @TearDown
  public void close() {
    held.close();
  }

  /**
   * An endpoint turns unready, which is published at once. A hundred of them, one by one, so that
   * the way back weighs little in the garbage.
   */
  @Benchmark
  @OperationsPerInvocation(Fleet.PER_SLICE)
  public ServiceView turnsUnready() {
    for (SliceEvent event : unready) {
      held.deliver(newer(event));
    }
    return held.watch().view();
  }

  /** An endpoint turns unready, the settle window ends, it turns ready, the settle window ends. */
  @Benchmark
  @OperationsPerInvocation(2)
  public ServiceView flipsAndSettles() {
    held.deliver(newer(unready[0]));
    held.settle();
    held.deliver(newer(ready[1]));
    held.settle();
    return held.watch().view();
  }

  /** The same slice at the next version; otherwise it would be taken for a replay. */
  private SliceEvent newer(SliceEvent event) {
    EndpointSlice slice = Objects.requireNonNull(event.slice());
    return SliceEvent.of(
        SliceEvent.Type.MODIFIED,
        new EndpointSlice(
            slice.namespace(),
            slice.name(),
            slice.service(),
            Long.toString(version++),
            slice.addressType(),
            slice.labels(),
            slice.endpoints(),
            slice.ports(),
            slice.lastChange()));
  }
}
