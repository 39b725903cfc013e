package io.slicewise.discovery.cli;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A day in a cluster: what happens to the fleet and its API server, phase by phase. What it does
 * runs on the timetable, one thing at a time.
 */
final class Day {

  /** The zones of the cluster. */
  static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");

  /**
   * A part of the day.
   *
   * @param name what happens
   * @param part how much of the day it takes; all parts add up to 1
   * @param begin lets it begin; given how long it takes
   */
  record Phase(String name, double part, Consumer<Duration> begin) {}

  private static final int NODES_PER_ZONE = 2;
  private static final Duration LONGEST_START_UP = Duration.ofMillis(500);

  private final Fleet fleet;
  private final Timetable timetable;
  private final EmbeddedApiServer server;
  private final Random random;
  private volatile boolean apiServerUp = true;

  Day(Fleet fleet, Timetable timetable, EmbeddedApiServer server, Random random) {
    this.fleet = fleet;
    this.timetable = timetable;
    this.server = server;
    this.random = random;
  }

  List<Phase> phases() {
    return List.of(
        new Phase("quiet morning", 0.06, length -> {}),
        new Phase("scale up", 0.08, this::scaleUp),
        new Phase("readiness flap", 0.10, this::flap),
        new Phase("rolling restart", 0.20, this::restart),
        new Phase("node drain", 0.11, this::drainNode),
        new Phase("zone lost but one", 0.11, this::loseZone),
        new Phase("zone back", 0.09, this::returnZone),
        new Phase("API server killed", 0.07, this::killApiServer),
        new Phase("API server back", 0.18, this::restartApiServer));
  }

  /** What is there before the day begins: two pods in each zone. */
  void prepare() {
    launchOnEveryNode(Duration.ZERO);
    fleet.all().forEach(Backend::becomeReady);
  }

  boolean isApiServerUp() {
    return apiServerUp;
  }

  private void scaleUp(Duration length) {
    launchOnEveryNode(startUp(length));
  }

  private void launchOnEveryNode(Duration startUp) {
    for (String zone : ZONES) {
      launchInZone(zone, startUp);
    }
  }

  private void launchInZone(String zone, Duration startUp) {
    for (int node = 1; node <= NODES_PER_ZONE; node++) {
      fleet.launch(zone, node(zone, node), startUp);
    }
  }

  /** A pod of each zone fails its probe for a moment, twice. */
  private void flap(Duration length) {
    List<Backend> some = new ArrayList<>();
    for (String zone : ZONES) {
      List<Backend> there = fleet.serving(backend -> backend.zone().equals(zone));
      some.add(there.get(random.nextInt(there.size())));
    }
    Duration step = length.dividedBy(5);
    for (Backend backend : some) {
      backend.becomeUnready();
      timetable.after(step, backend::becomeReady);
      timetable.after(step.multipliedBy(2), backend::becomeUnready);
      timetable.after(step.multipliedBy(3), backend::becomeReady);
    }
  }

  /** Every pod is replaced, three at a time: the new one is ready before the old one goes. */
  private void restart(Duration length) {
    List<Backend> old = new ArrayList<>(fleet.serving(backend -> true));
    Collections.shuffle(old, random);
    int atOnce = 3;
    int rounds = (old.size() + atOnce - 1) / atOnce;
    Duration round = length.dividedBy(rounds + 1);
    for (int i = 0; i < old.size(); i++) {
      Backend leaving = old.get(i);
      Duration begin = round.multipliedBy(i / atOnce);
      timetable.after(
          begin, () -> fleet.launch(leaving.zone(), leaving.node(), round.dividedBy(3)));
      timetable.after(begin.plus(round.dividedBy(2)), () -> fleet.retire(leaving));
    }
  }

  /** A node is emptied; its pods come up again on the other node of the zone. */
  private void drainNode(Duration length) {
    String zone = ZONES.get(1);
    String drained = node(zone, 1);
    for (Backend backend : fleet.serving(each -> each.node().equals(drained))) {
      fleet.retire(backend);
      fleet.launch(zone, node(zone, 2), startUp(length));
    }
  }

  /** A zone loses all of its pods but one, which its callers must not bury. */
  private void loseZone(Duration length) {
    String zone = ZONES.get(2);
    List<Backend> there = fleet.serving(backend -> backend.zone().equals(zone));
    there.subList(1, there.size()).forEach(fleet::lose);
  }

  /** As many come back as were lost. */
  private void returnZone(Duration length) {
    String zone = ZONES.get(2);
    for (int pod = 1; pod < 2 * NODES_PER_ZONE; pod++) {
      fleet.launch(zone, node(zone, 1 + pod % NODES_PER_ZONE), startUp(length));
    }
  }

  /** Nothing else changes meanwhile: without an API server nobody could tell it. */
  private void killApiServer(Duration length) {
    server.kill();
    apiServerUp = false;
  }

  private void restartApiServer(Duration length) {
    server.restart();
    apiServerUp = true;
  }

  private static String node(String zone, int number) {
    return "node-" + zone.substring(zone.length() - 1) + number;
  }

  private static Duration startUp(Duration phase) {
    Duration third = phase.dividedBy(3);
    return third.compareTo(LONGEST_START_UP) < 0 ? third : LONGEST_START_UP;
  }
}
