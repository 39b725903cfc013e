package io.slicewise.discovery.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Calls at a steady rate, and streams that live for a while, until it is closed. */
final class Traffic implements AutoCloseable {

  private static final int MESSAGES_PER_STREAM = 20;

  private final Channel channel;
  private final Duration deadline;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger streamsDone = new AtomicInteger();
  private final AtomicLong longest = new AtomicLong();
  private final AtomicLong longestPick = new AtomicLong();
  private final AtomicLong longestChoice = new AtomicLong();
  private final AtomicReference<String> longestJourney = new AtomicReference<>("");
  private final AtomicReference<String> longestPickJourney = new AtomicReference<>("");
  private final Map<String, AtomicInteger> failedAt = new ConcurrentHashMap<>();
  private final AtomicInteger waited = new AtomicInteger();
  private volatile long measuredSince = System.nanoTime();
  private volatile boolean stopping;

  Traffic(Channel channel, int callsPerSecond, int streams) {
    this(channel, callsPerSecond, streams, Duration.ZERO);
  }

  /** Calls have so much time each; zero for as much as they need. */
  Traffic(Channel channel, int callsPerSecond, int streams, Duration deadline) {
    this.channel = channel;
    this.deadline = deadline;
    clock.scheduleAtFixedRate(
        () -> {
          if (!stopping) {
            call();
          }
        },
        0,
        TimeUnit.SECONDS.toNanos(1) / callsPerSecond,
        TimeUnit.NANOSECONDS);
    for (int i = 0; i < streams; i++) {
      stream();
    }
  }

  private void call() {
    Journey journey = new Journey();
    open.incrementAndGet();
    ClientCalls.asyncUnaryCall(
        channel.newCall(Echo.CALL, journey.trace(options())),
        "hello",
        new StreamObserver<>() {
          @Override
          public void onNext(String answer) {
            answers.computeIfAbsent(answer, each -> new AtomicInteger()).incrementAndGet();
          }

          @Override
          public void onError(Throwable failure) {
            failures.add("call: " + failure);
            failedAt
                .computeIfAbsent(journey.server(), each -> new AtomicInteger())
                .incrementAndGet();
            open.decrementAndGet();
          }

          @Override
          public void onCompleted() {
            long took = journey.nanos();
            if (isMeasured(journey) && longest.getAndAccumulate(took, Math::max) < took) {
              journey.note("ended");
              longestJourney.set(journey.toString());
            }
            measurePick(journey);
            done.incrementAndGet();
            open.decrementAndGet();
          }
        });
  }

  private boolean isMeasured(Journey journey) {
    return journey.begin() - measuredSince >= 0;
  }

  private void measurePick(Journey journey) {
    if (isMeasured(journey)) {
      long picked = journey.pickedAfter();
      if (longestPick.getAndAccumulate(picked, Math::max) < picked) {
        longestPickJourney.set(journey.toString());
      }
      longestChoice.accumulateAndGet(journey.choice(), Math::max);
      waited.addAndGet(journey.hasWaited() ? 1 : 0);
    }
  }

  private CallOptions options() {
    return deadline.isZero()
        ? CallOptions.DEFAULT
        : CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Opens a stream that says something now and then, ends in good order, and is followed by one.
   */
  private void stream() {
    open.incrementAndGet();
    Journey journey = new Journey();
    AtomicInteger left = new AtomicInteger(MESSAGES_PER_STREAM);
    StreamObserver<String>[] talk = newArray();
    talk[0] =
        Echo.talk(
            channel,
            journey.trace(CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(String answer) {
                clock.schedule(
                    () -> {
                      if (left.decrementAndGet() > 0) {
                        talk[0].onNext("more");
                      } else {
                        talk[0].onCompleted();
                      }
                    },
                    50,
                    TimeUnit.MILLISECONDS);
              }

              @Override
              public void onError(Throwable failure) {
                failures.add("stream: " + failure);
                next();
              }

              @Override
              public void onCompleted() {
                streamsDone.incrementAndGet();
                measurePick(journey);
                next();
              }

              private void next() {
                open.decrementAndGet();
                if (!stopping) {
                  stream();
                }
              }
            });
    talk[0].onNext("hello");
  }

  @SuppressWarnings("unchecked")
  private static StreamObserver<String>[] newArray() {
    return new StreamObserver[1];
  }

  int done() {
    return done.get();
  }

  int streamsDone() {
    return streamsDone.get();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** How many calls each server has answered since the last time. */
  Map<String, Integer> takeAnswers() {
    Map<String, Integer> taken = new TreeMap<>();
    answers.forEach((server, count) -> taken.put(server, count.getAndSet(0)));
    taken.values().removeIf(count -> count == 0);
    return taken;
  }

  long longestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longest.get());
  }

  /** The longest that a call took from its caller's first word to its connection. */
  double longestPickMillis() {
    return longestPick.get() / 1e6;
  }

  /** The longest that the channel took to give a call its connection. */
  double longestChoiceMillis() {
    return longestChoice.get() / 1e6;
  }

  /** Calls that begin from now on are measured; those under way have waited for what was before. */
  void resetLongest() {
    measuredSince = System.nanoTime();
    longest.set(0);
    longestPick.set(0);
    longestChoice.set(0);
    longestJourney.set("");
    longestPickJourney.set("");
    waited.set(0);
  }

  /** How many calls and streams found no connection to go to at once. */
  int waited() {
    return waited.get();
  }

  /** What the longest call has been through. */
  String longestJourney() {
    return longestJourney.get();
  }

  /** What the call has been through that took longest to find a connection. */
  String longestPickJourney() {
    return longestPickJourney.get();
  }

  /** How many calls have failed at each server; those that never reached one are at "". */
  Map<String, Integer> failedAt() {
    Map<String, Integer> failed = new TreeMap<>();
    failedAt.forEach((server, count) -> failed.put(server, count.get()));
    return failed;
  }

  /** Calls and streams that are under way. */
  int open() {
    return open.get();
  }

  /** Lets what is under way end. */
  void drain() throws InterruptedException {
    stopping = true;
    for (int i = 0; i < 500 && open.get() > 0; i++) {
      clock.schedule(() -> {}, 10, TimeUnit.MILLISECONDS);
      TimeUnit.MILLISECONDS.sleep(10);
    }
    if (open.get() > 0) {
      throw new IllegalStateException(open + " calls did not end");
    }
  }

  @Override
  public void close() {
    stopping = true;
    clock.shutdownNow();
  }
}
