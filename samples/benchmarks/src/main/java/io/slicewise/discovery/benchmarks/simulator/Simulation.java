package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.model.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One run: callers with a real discovery each, a Service of queues, and a cluster that tells the
 * ones of the others. Single-threaded; the same scenario, contender and seed give the same run.
 */
final class Simulation {

  private static final Duration LEAST_DELAY = Duration.ofMillis(20);
  private static final Duration MORE_DELAY = Duration.ofMillis(180);

  private final Scenario scenario;
  private final Contender contender;
  private final long seed;
  private final Agenda agenda = new Agenda();
  private final SplittableRandom random;
  private final Tally tally;
  private final ServiceFeed callee;
  private final ServiceFeed likes;
  private final Map<String, Server> byAddress = new HashMap<>();
  private final List<Server> servers = new ArrayList<>();
  private final List<Caller> callers = new ArrayList<>();
  private int pods;

  Simulation(Scenario scenario, Contender contender, long seed) {
    this.scenario = scenario;
    this.contender = contender;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.tally = new Tally(scenario.story(), scenario.zones());
    this.callee = new ServiceFeed("shop", "checkout", contender.hinting(), agenda);
    this.likes = new ServiceFeed("web", "frontend", Hinting.NONE, agenda);
    for (int zone = 0; zone < scenario.zones().size(); zone++) {
      for (int i = 0; i < scenario.endpoints().get(zone); i++) {
        newServer(scenario.zones().get(zone));
      }
      for (int i = 0; i < scenario.callers().get(zone); i++) {
        newCaller(scenario.zones().get(zone));
      }
    }
  }

  /** Runs it. */
  Result run() {
    Story story = scenario.story();
    story.tell(this);
    callee.write();
    likes.write();
    for (double second = story.from(); second < story.to(); second++) {
      agenda.at(second, this::look);
    }
    agenda.runUntil(story.to());
    callers.forEach(Caller::end);
    return tally.result(scenario.capacities(), scenario.allEndpoints(), seed);
  }

  Agenda agenda() {
    return agenda;
  }

  /** Where those that happen by chance happen from. */
  SplittableRandom random() {
    return random;
  }

  /** The Service that is called. */
  ServiceFeed callee() {
    return callee;
  }

  /** The Service that the callers belong to. */
  ServiceFeed likes() {
    return likes;
  }

  List<Server> servers() {
    return servers;
  }

  List<Caller> callers() {
    return callers;
  }

  /** Adds an endpoint that is warm, and unready. */
  Server newServer(String zone) {
    Pod pod = new Pod(++pods, zone, Pod.UNREADY);
    Server server = new Server(pod, agenda, random.split(), tally);
    callee.add(pod);
    byAddress.put(pod.address(), server);
    servers.add(server);
    return server;
  }

  private void newCaller(String zone) {
    Pod pod = new Pod(++pods, zone, Pod.UNREADY);
    likes.add(pod);
    Duration delay = LEAST_DELAY.plusNanos(random.nextLong(MORE_DELAY.toNanos()));
    callers.add(
        new Caller(
            pod,
            contender,
            new Connection(Map.of("shop", callee, "web", likes), delay),
            likes,
            callee.name() + ":http",
            ratePerEndpoint() * scenario.allEndpoints() / scenario.allCallers(),
            agenda,
            random.split(),
            this::call));
  }

  private static double ratePerEndpoint() {
    return Scenario.UTILISATION * Agenda.SECOND / Server.SERVICE_TIME;
  }

  /** Has everybody be ready, and the callers begin. */
  void beginAll() {
    servers.forEach(server -> server.pod().become(Pod.READY));
    for (Caller caller : callers) {
      caller.pod().become(Pod.READY);
      agenda.after(random.nextLong(Agenda.SECOND), caller::begin);
    }
  }

  private void call(Caller caller) {
    Lease lease = caller.acquire();
    if (lease == null) {
      tally.failed(agenda.now());
      return;
    }
    Server server = byAddress.get(lease.endpoint().address());
    if (server == null) {
      throw new IllegalStateException("endpoint: " + lease.endpoint() + " (expected: a server)");
    }
    tally.sent(caller.pod().zone(), server.pod(), agenda.now());
    server.take(caller, lease);
  }

  /** Notes what the shares that all callers have now come to. */
  private void look() {
    Map<String, Double> rates = new HashMap<>();
    double all = 0;
    double crossing = 0;
    for (Caller caller : callers) {
      Selection selection = caller.selection();
      all += caller.rate();
      for (int i = 0; i < selection.endpoints().size(); i++) {
        double rate = caller.rate() * selection.share(i);
        var endpoint = selection.endpoints().get(i);
        rates.merge(endpoint.address(), rate, Double::sum);
        crossing += caller.pod().zone().equals(endpoint.zone()) ? 0 : rate;
      }
    }
    double most = 0;
    for (Server server : servers) {
      double rate = rates.getOrDefault(server.pod().address(), 0.0);
      most = server.isServing() ? Math.max(most, rate) : most;
    }
    double second = (double) agenda.now() / Agenda.SECOND;
    tally.at(new Result.Moment(second, all == 0 ? 0 : crossing / all, most / ratePerEndpoint()));
  }
}
