package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.NoEndpointException;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Selection;
import io.slicewise.discovery.source.SliceSource;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that calls the Service: a discovery of its own, which knows of no calls but its own,
 * and calls as a Poisson process.
 */
final class Caller {

  /** What one process has; equal to no other one's. */
  private record Life(ServiceDiscovery discovery, ServiceWatch watch) {}

  private final Pod pod;
  private final Contender contender;
  private final SliceSource source;
  private final ServiceFeed likes;
  private final String target;
  private final double rate;
  private final Agenda agenda;
  private final SplittableRandom random;
  private final Consumer<Caller> onCall;
  private @Nullable Life life;

  /**
   * Creates a caller that has not begun.
   *
   * @param rate calls a second
   * @param likes the Service that it belongs to itself
   * @param onCall hears when it wants to call
   */
  Caller(
      Pod pod,
      Contender contender,
      SliceSource source,
      ServiceFeed likes,
      String target,
      double rate,
      Agenda agenda,
      SplittableRandom random,
      Consumer<Caller> onCall) {
    this.pod = pod;
    this.contender = contender;
    this.source = source;
    this.likes = likes;
    this.target = target;
    this.rate = rate;
    this.agenda = agenda;
    this.random = random;
    this.onCall = onCall;
  }

  Pod pod() {
    return pod;
  }

  /** Calls a second; none while it does not run. */
  double rate() {
    return life == null ? 0 : rate;
  }

  /** Begins as a new process, which calls from its first complete list on. */
  void begin() {
    SplittableRandom picks = random.split();
    ServiceDiscoveryBuilder builder =
        ServiceDiscovery.builder()
            .source(source)
            .family(AddressType.IPV4)
            .zone(pod.zone())
            .policy(contender.policy())
            .health(contender.health())
            .scheduler(agenda.clock())
            .listenerExecutor(agenda.clock())
            .clock(agenda.clock()::nanoTime, agenda.clock())
            .random(random.split(), picks::nextLong)
            .findCallers(false);
    if (contender.callersKnown()) {
      builder.callerService(likes.name());
    }
    ServiceDiscovery discovery = builder.build();
    ServiceWatch watch = discovery.watch(target);
    Life mine = new Life(discovery, watch);
    life = mine;
    var unused = watch.whenSynced().thenAccept(view -> callLater(mine));
  }

  /** Ends at once. */
  void end() {
    Life ended = life;
    if (ended != null) {
      life = null;
      ended.discovery.close();
    }
  }

  private void callLater(Life mine) {
    agenda.after(
        (long) (Agenda.SECOND * -Math.log(1 - random.nextDouble()) / rate),
        () -> {
          if (mine == life) {
            callLater(mine);
            onCall.accept(this);
          }
        });
  }

  /** Picks for a call, or returns null where there is nobody to call. */
  @Nullable Lease acquire() {
    try {
      return life == null ? null : life.watch.acquire();
    } catch (NoEndpointException e) {
      return null;
    }
  }

  /** The verdict on every endpoint, and its share of the calls. */
  Selection selection() {
    return life == null ? Selection.EMPTY : life.watch.view().selection();
  }
}
