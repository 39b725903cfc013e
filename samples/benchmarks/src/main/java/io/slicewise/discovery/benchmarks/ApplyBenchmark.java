package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.model.ServiceView;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * One event of a watch from its bytes to what an application reads: a slice of 100 endpoints of
 * which one has changed. It is all on one thread, so that the time is CPU time. The network, TLS
 * and handlers are in none of them. One sample is two events: an endpoint turns unready, and it is
 * back.
 *
 * <p>Ours includes decoding, the store, the routing, the published view with its picker, and the
 * settle window after which an endpoint that is back may be picked. The informers include decoding
 * and their store: what an application makes of a changed slice comes after.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main ApplyBenchmark -prof gc
 * </pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ApplyBenchmark {

  /** Creates the benchmark; JMH calls this. */
  public ApplyBenchmark() {}

  /** Ours, up to the view. */
  @Benchmark
  @OperationsPerInvocation(2)
  public ServiceView slicewise(ApplyPeer.Slicewise peer) {
    HeldService held = peer.held();
    for (int i = 0; i < 2; i++) {
      held.deliver(held.decode(peer.next()));
      held.settle();
    }
    return held.watch().view();
  }

  /** The official client's informer, up to its store. */
  @Benchmark
  @OperationsPerInvocation(2)
  public Object clientJava(ApplyPeer.ClientJava peer) throws InterruptedException {
    Object unused = peer.store().apply(peer.next());
    return peer.store().apply(peer.next());
  }

  /** The fabric8 client's informer, up to its store. */
  @Benchmark
  @OperationsPerInvocation(2)
  public Object fabric8(ApplyPeer.Fabric8 peer) {
    Object unused = peer.store().apply(peer.next());
    return peer.store().apply(peer.next());
  }
}
