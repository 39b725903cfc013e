package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;

/**
 * An endpoint: one worker with a queue before it. Service times are exponential; a new JVM takes
 * {@link #COLD} times as long at first, and less and less for {@link #WARMING}.
 */
final class Server {

  static final long SERVICE_TIME = Duration.ofMillis(20).toNanos();

  /** What a caller waits for an answer of a machine that is gone. */
  static final long CONNECT_TIMEOUT = Duration.ofSeconds(1).toNanos();

  static final double COLD = 3;
  static final Duration WARMING = Duration.ofSeconds(20);

  private enum State {
    SERVING,
    /** The process has ended: what it had it has finished, what comes is refused at once. */
    STOPPED,
    /** The machine is gone: nobody answers. */
    LOST
  }

  private record Call(Caller caller, Lease lease, long since) {}

  private final Pod pod;
  private final Agenda agenda;
  private final RandomGenerator random;
  private final Tally tally;
  private final ArrayDeque<Call> calls = new ArrayDeque<>(); // the first one is being served
  private State state = State.SERVING;
  private long bornAt;
  private int life; // what began in an earlier one does not end

  Server(Pod pod, Agenda agenda, RandomGenerator random, Tally tally) {
    this.pod = pod;
    this.agenda = agenda;
    this.random = random;
    this.tally = tally;
    this.bornAt = -WARMING.toNanos();
  }

  Pod pod() {
    return pod;
  }

  boolean isServing() {
    return state == State.SERVING;
  }

  /** Begins as a new process. */
  void begin() {
    state = State.SERVING;
    bornAt = agenda.now();
    life++;
  }

  /** Ends in good order. */
  void stop() {
    state = State.STOPPED;
  }

  /** Is gone, and all calls with it. */
  void lose() {
    state = State.LOST;
    life++;
    for (Call call : calls) {
      fail(call.caller, call.lease, CONNECT_TIMEOUT);
    }
    calls.clear();
  }

  /** Takes a call; the lease ends with it. */
  void take(Caller caller, Lease lease) {
    if (state != State.SERVING) {
      fail(caller, lease, state == State.LOST ? CONNECT_TIMEOUT : 0);
      return;
    }
    long now = agenda.now();
    tally.found(calls.size(), now);
    calls.add(new Call(caller, lease, now));
    if (calls.size() == 1) {
      serve();
    }
  }

  private void fail(Caller caller, Lease lease, long wait) {
    if (caller.rate() > 0) {
      tally.failed(agenda.now()); // else it is gone itself
    }
    agenda.after(wait, () -> lease.end(Outcome.FAILURE));
  }

  private void serve() {
    double young = 1 - (double) (agenda.now() - bornAt) / WARMING.toNanos();
    double slowness = 1 + (COLD - 1) * Math.max(0, young);
    long time = (long) (SERVICE_TIME * slowness * -Math.log(1 - random.nextDouble()));
    int mine = life;
    agenda.after(
        time,
        () -> {
          if (mine == life) {
            finish();
          }
        });
  }

  private void finish() {
    Call done = calls.remove();
    done.lease.end(Outcome.SUCCESS);
    tally.answered(done.since, (double) (agenda.now() - done.since) / SERVICE_TIME);
    if (!calls.isEmpty()) {
      serve();
    }
  }
}
