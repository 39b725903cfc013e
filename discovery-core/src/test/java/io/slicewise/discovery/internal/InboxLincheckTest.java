package io.slicewise.discovery.internal;

import io.slicewise.discovery.Interleavings;
import io.slicewise.discovery.Interleavings.Shape;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.SliceEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A reader adds and a writer takes as if at one moment each: nothing is lost or told twice. */
@Tag("lincheck")
@Param(name = "slice", gen = IntGen.class, conf = "1:2")
public class InboxLincheckTest {

  /** For each version what may be said; made before, because only the inbox is of interest. */
  private static final List<List<SliceEvent>> EVENTS =
      IntStream.range(0, 12).mapToObj(InboxLincheckTest::events).toList();

  private final Inbox inbox = new Inbox();
  private int version; // confined to the reader

  private static List<SliceEvent> events(int version) {
    return List.of(
        SliceEvent.bookmark(Integer.toString(version), false),
        SliceEvent.of(SliceEvent.Type.MODIFIED, slice(1, version)),
        SliceEvent.of(SliceEvent.Type.MODIFIED, slice(2, version)));
  }

  private static EndpointSlice slice(int number, int version) {
    return new EndpointSlice(
        "shop",
        "slice-" + number,
        "checkout",
        Integer.toString(version),
        AddressType.IPV4,
        Map.of(),
        List.of(),
        List.of(),
        null);
  }

  /** Whether the writer must be told: whoever is not told must not have to be. */
  @Operation(nonParallelGroup = "reader")
  public boolean add(@Param(name = "slice") int slice) {
    return inbox.add(EVENTS.get(++version).get(slice));
  }

  @Operation(nonParallelGroup = "reader")
  public boolean bookmark() {
    return inbox.add(EVENTS.get(++version).get(0));
  }

  @Operation(nonParallelGroup = "writer")
  public Inbox.Batch take() {
    return inbox.take();
  }

  @Test
  void handsOverAsIfOneAfterAnother() {
    Interleavings.choose(getClass(), new Shape(8, 2, 3), 40);
  }

  @Test
  void handsOverOnRealThreads() {
    Interleavings.race(getClass(), new Shape(8, 2, 3), 100);
  }
}
