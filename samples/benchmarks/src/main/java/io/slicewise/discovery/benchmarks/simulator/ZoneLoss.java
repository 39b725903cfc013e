package io.slicewise.discovery.benchmarks.simulator;

import java.util.List;

/**
 * Zone c loses its power, callers and endpoints. Kubernetes takes 40 s to notice, as by default
 * (node-monitor-grace-period); until then nobody but the callers can know. When the zone is back,
 * its pods start as new processes: the endpoints first, then the callers.
 */
record ZoneLoss() implements Story {

  static final String ZONE = "c";
  static final double LOST = 40;
  static final double NOTICED = LOST + 40;

  /** By then everybody has heard. */
  static final double HEARD = NOTICED + 1;

  static final double BACK = 120;

  /** By then new endpoints have their full share, and callers know of all others. */
  static final double SETTLED = BACK + 60;

  private static final double READY = BACK + 5;
  private static final double CALLING = READY + 2;

  @Override
  public List<Phase> phases() {
    return List.of(
        new Phase("before", 15, LOST),
        new Phase("lost, unnoticed", LOST, HEARD),
        new Phase("noticed", HEARD, BACK),
        new Phase("coming back", BACK, SETTLED),
        new Phase("after", SETTLED, 220));
  }

  @Override
  public void tell(Simulation world) {
    world.beginAll();
    List<Server> servers =
        world.servers().stream().filter(each -> each.pod().zone().equals(ZONE)).toList();
    List<Caller> callers =
        world.callers().stream().filter(each -> each.pod().zone().equals(ZONE)).toList();
    Agenda agenda = world.agenda();
    agenda.at(
        LOST,
        () -> {
          callers.forEach(Caller::end);
          servers.forEach(Server::lose);
        });
    agenda.at(
        NOTICED,
        () -> {
          world.callee().nodeZones().remove(ZONE);
          servers.forEach(each -> each.pod().become(Pod.UNREADY));
          callers.forEach(each -> each.pod().become(Pod.UNREADY));
          world.callee().changed();
          world.likes().changed();
        });
    agenda.at(BACK, () -> servers.forEach(Server::begin));
    agenda.at(
        READY,
        () -> {
          world.callee().nodeZones().add(ZONE);
          servers.forEach(each -> each.pod().become(Pod.READY));
          world.callee().changed();
        });
    agenda.at(
        CALLING,
        () -> {
          callers.forEach(Caller::begin);
          callers.forEach(each -> each.pod().become(Pod.READY));
          world.likes().changed();
        });
  }
}
