package io.slicewise.discovery.benchmarks;

import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.slicewise.discovery.model.ServiceView;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One pod changes: EndpointSlices against the old Endpoints object, from the bytes of the event to
 * the store. The official client's informer reads both, so that it is the API that differs; ours,
 * which reads slices only, is beside it. Events are the embedded API server's ({@link PodChange}).
 * Of 5,000 pods an Endpoints object has the first thousand. One sample is two events: the pod turns
 * unready, and it is back.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main PodChangeBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PodChangeBenchmark {

  /** The size of the Service. */
  @Param({"100", "1000", "5000"})
  int pods;

  private final ClientJavaStore<V1EndpointSlice> slices = ClientJavaStore.ofSlices();
  private final ClientJavaStore<V1Endpoints> endpoints = ClientJavaStore.ofEndpoints();
  private long version = VersionedEvent.FIRST;

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private PodChange change;

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private HeldService held;

  /** Creates the state; JMH calls this. */
  public PodChangeBenchmark() {}

  /** Fills the Service. */
  @Setup
  public void fill() {
    change = PodChange.of(pods);
    held = new HeldService(change.slices(), pods);
  }

  /** Ends discovery. */
  @TearDown
  public void close() {
    held.close();
  }

  /** Slices, by us, up to the view. */
  @Benchmark
  @OperationsPerInvocation(2)
  public ServiceView slicesSlicewise() {
    for (int i = 0; i < 2; i++) {
      held.deliver(held.decode(next(change.slice())));
      held.settle();
    }
    return held.watch().view();
  }

  /** Slices, by the official client's informer. */
  @Benchmark
  @OperationsPerInvocation(2)
  public Object slicesClientJava() throws InterruptedException {
    Object unused = slices.apply(next(change.slice()));
    return slices.apply(next(change.slice()));
  }

  /** The Endpoints object, by the official client's informer. */
  @Benchmark
  @OperationsPerInvocation(2)
  public Object endpointsClientJava() throws InterruptedException {
    Object unused = endpoints.apply(next(change.endpoints()));
    return endpoints.apply(next(change.endpoints()));
  }

  private byte[] next(List<VersionedEvent> events) {
    version++;
    return events.get((int) (version % 2)).at(version);
  }
}
