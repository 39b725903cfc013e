package io.slicewise.discovery.benchmarks;

import io.kubernetes.client.informer.cache.Cache;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The heap that a followed Service retains for each of its endpoints: ours, from the stream's
 * reader to the picker, and the cache of the official client's informer. Both were fed the same
 * bytes.
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

  private static final double LIMIT = 250;
  private static final int ROUNDS = 3;

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
    heap.walkOfficial();
    heap.add("slicewise", "used heap", heap.used(() -> new HeldService(fleet)));
    heap.add("official client", "used heap", heap.used(() -> informerCache(fleet)));
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
      rows.add(new Row("RetainedHeap slicewise", "store, view and picker", each, "B", LIMIT));
      breakDown("slicewise", full);
      long withReader = HeapBreakdown.of(withReader(held)).total() - empty.total();
      add("slicewise", "stream's decoder, of any size", withReader - full.total());
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
      held.settle();
    }
  }

  private void walkOfficial() {
    HeapBreakdown empty = HeapBreakdown.of(informerCache(Fleet.of(0)));
    HeapBreakdown full = HeapBreakdown.of(informerCache(fleet)).minus(empty, fleet.endpoints() / 2);
    add("official client", "informer cache", full.total());
    breakDown("official client", full);
  }

  /** Fills what an informer of the official client keeps, by its own decoding. */
  private static Cache<V1EndpointSlice> informerCache(Fleet fleet) {
    JSON json = new JSON();
    Cache<V1EndpointSlice> cache = new Cache<>();
    for (int slice = 0; slice < fleet.slices(); slice++) {
      byte[] event = fleet.event("ADDED", slice, 1000 + slice, Fleet.READY);
      cache.add(OfficialWatch.decode(event, json));
    }
    return cache;
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
