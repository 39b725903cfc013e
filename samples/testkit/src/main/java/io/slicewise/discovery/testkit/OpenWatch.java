package io.slicewise.discovery.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one watch: lines in a queue, written one by one and flushed each.
 *
 * <p>Whoever adds a line only takes note of it; the {@code writers} send it. A client that does not
 * read loses its watch once {@link #MAX_PENDING} lines wait, as a slow one does in a cluster.
 */
final class OpenWatch {

  static final int MAX_PENDING = 10_000;

  private static final byte[] NOTHING = {};

  /** A line, or the end of all lines. */
  private static final class Item {
    private static final Item HEADERS = new Item(NOTHING);
    private static final Item END = new Item(NOTHING);
    private static final Item BREAK = new Item(NOTHING);

    private final byte[] bytes;

    Item(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private final Exchange exchange;
  private final boolean gzip;
  private final Executor writers;
  private final ScheduledExecutorService scheduler;
  private final Supplier<Duration> eventDelay;
  private final Runnable onClosed;
  private final Writer writer = new Writer();

  private final Object lock = new Object();
  // Guarded by lock, as is everything below.
  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private final ArrayDeque<Item> held = new ArrayDeque<>();
  private byte[] lastEvent = NOTHING;
  private int toDrop;
  private int toGarble;
  private int toTruncate;
  private boolean closed;

  OpenWatch(
      Exchange exchange,
      boolean gzip,
      Executor writers,
      ScheduledExecutorService scheduler,
      Supplier<Duration> eventDelay,
      Runnable onClosed) {
    this.exchange = exchange;
    this.gzip = gzip;
    this.writers = writers;
    this.scheduler = scheduler;
    this.eventDelay = eventDelay;
    this.onClosed = onClosed;
  }

  /** Sends the headers, which the client gets before there is any line. */
  void open() {
    exchange.onFailure(this::cut);
    exchange.startStream(gzip);
    synchronized (lock) {
      enqueue(Item.HEADERS);
    }
  }

  /** One event, which the armed faults may still swallow or spoil. */
  void event(byte[] line) {
    synchronized (lock) {
      if (toDrop > 0) {
        toDrop--;
        return;
      }
      lastEvent = line;
    }
    line(line);
  }

  /** One line that is no event: a bookmark, an error, or what a test made up. */
  void line(byte[] line) {
    synchronized (lock) {
      if (toTruncate > 0) {
        toTruncate--;
        add(new Item(Arrays.copyOf(line, line.length / 2)));
        add(Item.BREAK);
        return;
      }
      if (toGarble > 0) {
        toGarble--;
        add(new Item(garbled(line)));
        return;
      }
    }
    add(new Item(line));
  }

  /** Never JSON, also where the rubbish begins in one string and ends in another one. */
  private static byte[] garbled(byte[] line) {
    byte[] garbled = line.clone();
    for (int i = garbled.length / 3; i < garbled.length * 2 / 3; i++) {
      garbled[i] = (byte) (i % 2 == 0 ? '"' : '#');
    }
    return garbled;
  }

  void raw(String text) {
    line((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  void repeatLast() {
    byte[] line;
    synchronized (lock) {
      line = lastEvent;
    }
    if (line.length > 0) {
      line(line);
    }
  }

  void dropNext() {
    synchronized (lock) {
      toDrop++;
    }
  }

  void garbleNext() {
    synchronized (lock) {
      toGarble++;
    }
  }

  void truncateNext() {
    synchronized (lock) {
      toTruncate++;
    }
  }

  void disarm() {
    synchronized (lock) {
      toDrop = 0;
      toGarble = 0;
      toTruncate = 0;
    }
  }

  /** Ends the stream as a server does whose time is over. */
  void finish() {
    add(Item.END);
  }

  /** Ends the stream in the middle of things. */
  void cut() {
    writer.abort(new EofException("cut"));
    abandon();
  }

  private void add(Item item) {
    Duration delay = eventDelay.get();
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (delay.isZero() && held.isEmpty()) {
        enqueue(item);
      } else {
        // First in, first out, whichever timer fires first: a shorter delay overtakes nothing.
        held.add(item);
        Future<?> unused = scheduler.schedule(this::release, delay.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  private void release() {
    synchronized (lock) {
      Item item = held.poll();
      if (item != null) {
        enqueue(item);
      }
    }
  }

  /** Called with the lock held. */
  private void enqueue(Item item) {
    queue.add(queue.size() < MAX_PENDING ? item : Item.BREAK);
    writers.execute(writer::iterate);
  }

  private @Nullable Item next() {
    synchronized (lock) {
      return queue.poll();
    }
  }

  private void abandon() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      queue.clear();
      held.clear();
    }
    onClosed.run();
  }

  /** Writes one item after the other, without a stack that grows with the queue. */
  private final class Writer extends IteratingCallback {
    private boolean ended; // confined to process()

    @Override
    protected Action process() throws EofException {
      if (ended) {
        return Action.SUCCEEDED;
      }
      Item item = next();
      if (item == null) {
        return Action.IDLE;
      }
      if (item == Item.BREAK) {
        throw new EofException("broken off");
      }
      ended = item == Item.END;
      byte[] bytes = gzip && item.bytes.length > 0 ? Gzip.member(item.bytes) : item.bytes;
      exchange.response().write(ended, ByteBuffer.wrap(bytes), this);
      return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
      exchange.callback().succeeded();
      abandon();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      exchange.callback().failed(cause);
      abandon();
    }
  }
}
