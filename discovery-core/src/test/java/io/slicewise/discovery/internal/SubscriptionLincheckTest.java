package io.slicewise.discovery.internal;

import io.slicewise.discovery.Interleavings;
import io.slicewise.discovery.Interleavings.Shape;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One writer, listeners' threads as many as there are, and a close: the slot keeps its order. */
@Tag("lincheck")
public class SubscriptionLincheckTest {

  private final Queue<Runnable> pool = new ConcurrentLinkedQueue<>();
  private final Subscription<Integer> subscription =
      new Subscription<>("checkout", this::hear, pool::add);
  private volatile int said;
  private int heard; // no lock: the listener is called once at a time
  private volatile boolean busy;
  private volatile boolean closed;
  private volatile String wrong = "";

  private void hear(int value) {
    if (busy) {
      wrong = "two calls at once";
    }
    busy = true;
    if (value <= heard) {
      wrong = value + " after " + heard;
    }
    heard = value;
    busy = false;
  }

  @Operation(nonParallelGroup = "writer")
  public void say() {
    int value = said + 1;
    said = value;
    subscription.put(value);
    subscription.deliverSoon();
  }

  /** What a thread of the application's executor does. */
  @Operation
  public void listen() {
    boolean over = closed;
    int before = heard;
    Runnable next = pool.poll();
    if (next != null) {
      next.run();
      if (over && heard != before) {
        wrong = "called after close()";
      }
    }
  }

  @Operation(runOnce = true)
  public void close() {
    subscription.close();
    closed = true;
  }

  @Validate
  public void theLastOneIsHeard() {
    while (!pool.isEmpty()) {
      listen();
    }
    if (!wrong.isEmpty() || !closed && heard != said) {
      throw new AssertionError("heard: " + heard + " (expected: " + said + "); " + wrong);
    }
  }

  @Test
  void aNewerOneReplacesTheOneThatWaitsAndNoneGoesBack() {
    Interleavings.choose(getClass(), new Shape(8, 3, 2), 60);
  }

  @Test
  void noneGoesBackOnRealThreads() {
    Interleavings.race(getClass(), new Shape(8, 3, 3), 100);
  }
}
