package io.slicewise.discovery.benchmarks;

import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.slicewise.discovery.kubernetes.SliceDecoder;
import io.slicewise.discovery.source.SliceEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Decodes one event of a watch, a slice of 100 endpoints of which one has changed, from bytes to
 * objects: ours and the official client's.
 *
 * <pre>
 * java -cp samples/benchmarks/target/benchmarks.jar org.openjdk.jmh.Main DecodeBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodeBenchmark {

  private static final int VERSIONS = 4;

  /** What one decoder sees: one slice all the time, the same with hints, or 50 slices in turn. */
  @Param({"plain", "hints", "of50"})
  @SuppressWarnings("NullAway.Init") // set by JMH
  String stream;

  private final SliceDecoder decoder = new SliceDecoder();
  private final JSON json = new JSON();
  private byte[][] events = {};
  private int next;

  /** Creates the state; JMH calls this. */
  public DecodeBenchmark() {}

  /** Writes the events. */
  @Setup
  public void writeEvents() {
    int slices = stream.equals("of50") ? 50 : 1;
    Fleet fleet = new Fleet(slices, stream.equals("hints"), 0);
    events = new byte[VERSIONS * slices][];
    for (int i = 0; i < events.length; i++) {
      int unready = i;
      events[i] = fleet.event("MODIFIED", i % slices, 1000 + i, e -> e != unready);
    }
  }

  /** Ours. */
  @Benchmark
  public @Nullable SliceEvent slicewise() throws IOException {
    byte[] event = nextEvent();
    return decoder.decodeEvent(event, 0, event.length);
  }

  /** The official client's, as its informers do it. */
  @Benchmark
  public V1EndpointSlice officialClient() {
    return OfficialWatch.decode(nextEvent(), json);
  }

  private byte[] nextEvent() {
    next = next + 1 == events.length ? 0 : next + 1;
    return events[next];
  }
}
