package io.slicewise.discovery.benchmarks;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The heap that a followed Service retains for each of its endpoints: ours, from the stream's
 * reader to the picker, and the stores of the informers of client-java and fabric8. All were fed
 * the same bytes.
 *
 * <p>Bytes are counted by walking the objects (JOL), less what a Service without endpoints takes;
 * the used heap after a full collection is beside it as a check.
 *
 * <pre>
 * java -Xmx1g -Djol.magicFieldOffset=true -Djdk.attach.allowAttachSelf \
 *   -cp samples/benchmarks/target/benchmarks.jar \
 *   io.slicewise.discovery.benchmarks.RetainedHeap
 * </pre>
 */
public final class RetainedHeap {

  /** What {@link #main} needs: without the first, JOL cannot look into records. */
  static final List<String> JVM_FLAGS =
      List.of("-Xmx1g", "-Djol.magicFieldOffset=true", "-Djdk.attach.allowAttachSelf");

  /** What is counted of ours. */
  static final String DECODER = "stream's decoder, of any size"; // what it remembers

  static final String OURS = "store, view and picker";

  /** What is counted of the peers. */
  static final String STORE = "informer's store";

  private static final Bound LIMIT = Bound.atMost(200);
  private static final int ROUNDS = 3;
  private static final Duration BETWEEN_SLICES = Duration.ofMillis(500); // of a rollout

  private final Fleet fleet;
  private final List<Row> rows = new ArrayList<>();

  private RetainedHeap(Fleet fleet) {
    this.fleet = fleet;
  }

  /** Measures a Service of 5,000 endpoints in 50 slices. */
  public static void main(String[] args) {
    measure(Fleet.of(5_000)).forEach(row -> System.out.println(row.line()));
  }

  static List<Row> measure(Fleet fleet) {
    RetainedHeap heap = new RetainedHeap(fleet);
    heap.walkOurs();
    heap.walkPeer("client-java", RetainedHeap::clientJava);
    heap.walkPeer("fabric8", RetainedHeap::fabric8);
    heap.add("slicewise", "used heap", heap.used(() -> new HeldService(fleet)));
    heap.add("client-java", "used heap", heap.used(() -> clientJava(fleet)));
    heap.add("fabric8", "used heap", heap.used(() -> fabric8(fleet)));
    return heap.rows;
  }

  private void walkOurs() {
    HeapBreakdown empty;
    try (HeldService held = new HeldService(Fleet.of(0))) {
      empty = HeapBreakdown.of(held.roots());
    }
    try (HeldService held = new HeldService(fleet)) {
      HeapBreakdown full = HeapBreakdown.of(held.roots()).minus(empty, fleet.endpoints() / 2);
      double each = perEndpoint(full.total());
      rows.add(new Row("RetainedHeap slicewise", OURS, each, "B", LIMIT));
      breakDown("slicewise", full);
      long withReader = HeapBreakdown.of(withReader(held)).total() - empty.total();
      add("slicewise", DECODER, withReader - full.total());
      roll(held);
      HeapBreakdown rolled = HeapBreakdown.of(held.roots()).minus(empty, fleet.endpoints() / 2);
      add("slicewise", "after every pod was replaced", rolled.total());
      breakDown("slicewise rolled", rolled);
    }
  }

  private void roll(HeldService held) {
    Fleet rolled = fleet.rolled();
    for (int slice = 0; slice < rolled.slices(); slice++) {
      held.deliver(held.decode(rolled.event("MODIFIED", slice, 1_000_000 + slice, Fleet.READY)));
      held.pass(BETWEEN_SLICES);
    }
  }

  private void walkPeer(String peer, Function<Fleet, Object> store) {
    HeapBreakdown empty = HeapBreakdown.of(store.apply(Fleet.of(0)));
    HeapBreakdown full = HeapBreakdown.of(store.apply(fleet)).minus(empty, fleet.endpoints() / 2);
    add(peer, STORE, full.total());
    breakDown(peer, full);
  }

  private static Object clientJava(Fleet fleet) {
    var store = ClientJavaStore.ofSlices();
    try {
      for (byte[] event : added(fleet)) {
        Object unused = store.apply(event);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return store.cache();
  }

  private static Object fabric8(Fleet fleet) {
    Fabric8Store store = new Fabric8Store();
    for (byte[] event : added(fleet)) {
      Object unused = store.apply(event);
    }
    return store.cache();
  }

  private static List<byte[]> added(Fleet fleet) {
    return IntStream.range(0, fleet.slices())
        .mapToObj(slice -> fleet.event("ADDED", slice, 1000 + slice, Fleet.READY))
        .toList();
  }

  private static Object[] withReader(HeldService held) {
    Object[] roots = held.roots();
    Object[] more = Arrays.copyOf(roots, roots.length + 1);
    more[roots.length] = held.reader();
    return more;
  }

  /** Returns the growth of the used heap by one more of these, the median of some rounds. */
  private long used(Supplier<Object> made) {
    Object unused = made.get(); // loads classes
    long[] growth = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long before = usedAfterCollection();
      Object held = made.get();
      try {
        growth[round] = usedAfterCollection() - before;
      } finally {
        Reference.reachabilityFence(held);
      }
    }
    Arrays.sort(growth);
    return growth[ROUNDS / 2];
  }

  private static long usedAfterCollection() {
    for (int i = 0; i < 3; i++) {
      WeakReference<Object> canary = new WeakReference<>(new Object());
      while (canary.get() != null) {
        System.gc();
      }
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void breakDown(String who, HeapBreakdown heap) {
    heap.byUse().forEach((use, bytes) -> add(who, "  " + use, bytes));
  }

  private void add(String who, String what, long bytes) {
    rows.add(new Row("RetainedHeap " + who, what, perEndpoint(bytes), "B"));
  }

  private double perEndpoint(long bytes) {
    return (double) bytes / fleet.endpoints();
  }
}
