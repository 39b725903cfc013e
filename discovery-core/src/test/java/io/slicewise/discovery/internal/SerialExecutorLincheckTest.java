package io.slicewise.discovery.internal;

import io.slicewise.discovery.Interleavings;
import io.slicewise.discovery.Interleavings.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many threads hand tasks in, and many run them: in their order, one at a time, all of them. */
@Tag("lincheck")
public class SerialExecutorLincheckTest {

  private final Queue<Runnable> pool = new ConcurrentLinkedQueue<>();
  private final SerialExecutor serial = new SerialExecutor(pool::add);
  private final AtomicInteger handedIn = new AtomicInteger();
  private final AtomicInteger clock = new AtomicInteger();
  private final List<Task> ran = new ArrayList<>(); // no lock: tasks run one at a time
  private volatile boolean busy;
  private volatile String wrong = "";

  /** A task that knows when it was handed in: at some moment between these two. */
  private final class Task implements Runnable {
    private final Thread from = Thread.currentThread();
    private final int before = clock.incrementAndGet();
    private volatile int after = Integer.MAX_VALUE;

    @Override
    public void run() {
      if (busy) {
        wrong = "two at once";
      }
      busy = true;
      if (after == Integer.MAX_VALUE && Thread.currentThread() == from) {
        wrong = "on the thread that hands it in";
      }
      ran.add(this);
      busy = false;
    }
  }

  @Operation
  public void execute() {
    handedIn.incrementAndGet();
    Task task = new Task();
    serial.execute(task);
    task.after = clock.incrementAndGet();
  }

  /** What a thread of the pool does. */
  @Operation
  public void work() {
    Runnable next = pool.poll();
    if (next != null) {
      next.run();
    }
  }

  @Validate
  public void allRanInTheirOrder() {
    while (!pool.isEmpty()) {
      work();
    }
    for (int i = 0; i < ran.size(); i++) {
      for (int j = i + 1; j < ran.size(); j++) {
        if (ran.get(j).after < ran.get(i).before) {
          wrong = "the later one first";
        }
      }
    }
    if (!wrong.isEmpty() || ran.size() != handedIn.get()) {
      throw new AssertionError(ran.size() + " of " + handedIn + " ran; " + wrong);
    }
  }

  @Test
  void runsAllInOrderAndOneAtATime() {
    Interleavings.choose(getClass(), new Shape(8, 3, 2), 60);
  }

  @Test
  void runsAllInOrderOnRealThreads() {
    Interleavings.race(getClass(), new Shape(8, 3, 3), 100);
  }
}
