package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;

import io.slicewise.discovery.Interleavings.Shape;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Watches of one Service are opened and closed, time passes and discovery ends, on any thread. Then
 * the Service has a stream if somebody still watches it, and none if nobody does.
 */
@Tag("lincheck")
@Param(name = "thread", gen = ThreadIdGen.class)
public class WatchLincheckTest {

  private static final Duration LINGER = Duration.ofSeconds(30);

  /** Longer than that: caches look again a second late. */
  private static final Duration LONG = LINGER.plusSeconds(2);

  private final Harness harness = new Harness(builder -> builder.linger(LINGER));
  private final ServiceWatch[] own = new ServiceWatch[8];
  private volatile boolean ended;

  public WatchLincheckTest() {
    harness.source.onStart(
        call -> {
          if (call.request.kind() == Kind.WATCH_LIST) {
            call.open().added(Slices.slice("a", 5, ready("10.0.0.1"))).initialEventsEnd("10");
          }
        });
  }

  /** A thread opens a watch of its own; one that it had it closes. */
  @Operation
  public void open(@Param(name = "thread") int thread) {
    close(thread);
    try {
      own[thread] = harness.discovery.watch("checkout:grpc");
    } catch (IllegalStateException e) {
      own[thread] = null; // discovery is closed
    }
  }

  /** Whether what was closed is. */
  @Operation
  public boolean close(@Param(name = "thread") int thread) {
    if (own[thread] != null) {
      own[thread].close();
      return own[thread].view().state() == SyncState.CLOSED;
    }
    return true;
  }

  /** The writers work, and what lingers may end. */
  @Operation
  public void elapse() {
    harness.advance(LONG);
  }

  @Operation(runOnce = true)
  public void end() {
    harness.discovery.close();
    ended = true;
  }

  @Validate
  public void thereIsAStreamIfSomebodyWatches() {
    harness.settle();
    if (ended && !harness.source.running().isEmpty()) {
      throw new AssertionError("a stream after the end of discovery");
    }
    int open = 0;
    for (ServiceWatch watch : own) {
      open += watch != null && watch.view().state() != SyncState.CLOSED ? 1 : 0;
    }
    harness.advance(LONG.multipliedBy(2));
    int streams = harness.source.running().size();
    int views = harness.discovery.views().size();
    if (ended && open > 0 || views != open || streams != Math.min(1, open)) {
      throw new AssertionError(
          String.format(
              "open: %d, views: %d, streams: %d, ended: %s", open, views, streams, ended));
    }
    for (ServiceWatch watch : own) {
      if (watch != null && watch.view().state() != SyncState.CLOSED) {
        if (watch.view().state() != SyncState.SYNCED) {
          throw new AssertionError(watch.view().state() + " (expected: SYNCED)");
        }
      }
    }
  }

  @Test
  void aStreamIsThereAsLongAsSomebodyWatchesOnRealThreads() {
    Interleavings.race(getClass(), new Shape(5, 3, 3), 40);
  }
}
