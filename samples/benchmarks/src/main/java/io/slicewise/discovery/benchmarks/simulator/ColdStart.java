package io.slicewise.discovery.benchmarks.simulator;

import java.util.List;

/**
 * Both Services start at once. Endpoints become ready one by one in the first 15 s, cold. Callers
 * begin one by one from second 10 to 30, and are ready, so that others can see them, two seconds
 * later: nobody knows at first where the callers are, and what they learn changes all the time.
 */
record ColdStart() implements Story {

  static final double CALLERS_FROM = 10;
  static final double CALLERS_TO = 30;

  private static final double ENDPOINTS_TO = 15;
  private static final double UNTIL_READY = 2;

  @Override
  public List<Phase> phases() {
    return List.of(
        new Phase("starting", CALLERS_FROM, CALLERS_TO),
        new Phase("warming up", CALLERS_TO, 60),
        new Phase("after", 60, 120));
  }

  @Override
  public void tell(Simulation world) {
    Agenda agenda = world.agenda();
    for (Server server : world.servers()) {
      agenda.at(
          ENDPOINTS_TO * world.random().nextDouble(),
          () -> {
            server.begin();
            server.pod().become(Pod.READY);
            world.callee().changed();
          });
    }
    for (Caller caller : world.callers()) {
      double begin = CALLERS_FROM + (CALLERS_TO - CALLERS_FROM) * world.random().nextDouble();
      agenda.at(begin, caller::begin);
      agenda.at(
          begin + UNTIL_READY,
          () -> {
            caller.pod().become(Pod.READY);
            world.likes().changed();
          });
    }
  }
}
