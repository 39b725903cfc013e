package io.slicewise.discovery.benchmarks.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * All endpoints are replaced, a quarter more at a time and none less: whenever a new pod is ready,
 * an old one of its zone leaves and the next one starts. A pod takes 10 to 14 s to be ready, and is
 * slow at first. One that leaves serves for {@link #GRACE} seconds more, as with a preStop hook.
 */
record Rollout() implements Story {

  static final double BEGIN = 30;
  static final double GRACE = 5;

  /** By then all are replaced, and the last ones have their full share. */
  static final double DONE = 120;

  private static final double SURGE = 0.25;
  private static final double START = 10;
  private static final double START_SPREAD = 4;

  @Override
  public List<Phase> phases() {
    return List.of(
        new Phase("before", 15, BEGIN),
        new Phase("rolling", BEGIN, DONE),
        new Phase("after", DONE, 150));
  }

  @Override
  public void tell(Simulation world) {
    world.beginAll();
    world.agenda().at(BEGIN, () -> begin(world));
  }

  private static void begin(Simulation world) {
    List<Server> old = new ArrayList<>(world.servers());
    Collections.shuffle(old, new Random(world.random().nextLong()));
    Deque<Server> waiting = new ArrayDeque<>(old);
    int surge = (int) Math.ceil(SURGE * waiting.size());
    for (int i = 0; i < surge; i++) {
      replace(world, waiting);
    }
  }

  private static void replace(Simulation world, Deque<Server> waiting) {
    Server old = waiting.poll();
    if (old == null) {
      return;
    }
    Server young = world.newServer(old.pod().zone());
    double wait = START + START_SPREAD * world.random().nextDouble();
    world
        .agenda()
        .after(
            (long) (wait * Agenda.SECOND),
            () -> {
              young.begin();
              young.pod().become(Pod.READY);
              old.pod().become(Pod.LEAVING);
              world.callee().changed();
              retire(world, old);
              replace(world, waiting);
            });
  }

  private static void retire(Simulation world, Server old) {
    Agenda agenda = world.agenda();
    long grace = (long) (GRACE * Agenda.SECOND);
    agenda.after(
        grace,
        () -> {
          old.stop();
          old.pod().become(Pod.STOPPED);
          world.callee().changed();
        });
    agenda.after(2 * grace, () -> world.callee().remove(old.pod()));
  }
}
