package io.slicewise.discovery.benchmarks;

import io.kubernetes.client.openapi.models.V1EndpointSlice;
import java.util.function.IntPredicate;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The events of one slice, in turn: an endpoint turns unready, it is back, another one turns. */
@State(Scope.Thread)
public abstract class ApplyPeer {

  private static final int EVENTS = 16;

  private final VersionedEvent[] events = new VersionedEvent[EVENTS];
  private long version = VersionedEvent.FIRST;

  ApplyPeer() {}

  final void write(Fleet fleet) {
    int slice = fleet.slices() / 2;
    for (int i = 0; i < EVENTS; i++) {
      int unready = i / 2;
      IntPredicate ready = i % 2 == 0 ? endpoint -> endpoint != unready : Fleet.READY;
      events[i] = new VersionedEvent(fleet.event("MODIFIED", slice, 1, ready));
    }
  }

  final byte[] next() {
    version++;
    return events[(int) (version % EVENTS)].at(version);
  }

  /** Ours, for Services of several sizes. */
  @State(Scope.Thread)
  public static class Slicewise extends ApplyPeer {

    /** The size of the Service; 100 endpoints a slice at most. */
    @Param({"10", "100", "1000", "5000", "20000"})
    int endpoints;

    @SuppressWarnings("NullAway.Init") // set up before it is used
    private HeldService held;

    /** Creates the state; JMH calls this. */
    public Slicewise() {}

    /** Fills the Service. */
    @Setup
    public void fill() {
      Fleet fleet = Fleet.of(endpoints);
      held = new HeldService(fleet);
      write(fleet);
    }

    /** Ends discovery. */
    @TearDown
    public void close() {
      held.close();
    }

    final HeldService held() {
      return held;
    }
  }

  /** The official client's informer. */
  @State(Scope.Thread)
  public static class ClientJava extends ApplyPeer {

    private final ClientJavaStore<V1EndpointSlice> store = ClientJavaStore.ofSlices();

    /** Creates the state; JMH calls this. */
    public ClientJava() {}

    /** Writes the events. */
    @Setup
    public void fill() {
      write(Fleet.of(Fleet.PER_SLICE));
    }

    final ClientJavaStore<V1EndpointSlice> store() {
      return store;
    }
  }

  /** The fabric8 client's informer. */
  @State(Scope.Thread)
  public static class Fabric8 extends ApplyPeer {

    private final Fabric8Store store = new Fabric8Store();

    /** Creates the state; JMH calls this. */
    public Fabric8() {}

    /** Writes the events. */
    @Setup
    public void fill() {
      write(Fleet.of(Fleet.PER_SLICE));
    }

    final Fabric8Store store() {
      return store;
    }
  }
}
