package io.slicewise.discovery.benchmarks.simulator;

import java.util.List;

/** What happens to the pods in a run. */
interface Story {

  /** A part of a run that is looked at by itself, in seconds. */
  record Phase(String name, double from, double to) {}

  /** Returns the parts, the first of which begins when counting does, the last ends the run. */
  List<Phase> phases();

  /** Puts what happens on the agenda; nothing has begun yet. */
  void tell(Simulation world);

  /** When counting begins. */
  default double from() {
    return phases().get(0).from();
  }

  /** When the run ends. */
  default double to() {
    return phases().get(phases().size() - 1).to();
  }

  /** Nothing: everybody is there from the beginning. */
  record Steady(double seconds) implements Story {

    /** By then every caller has its lists, and no share moves any more. */
    static final double WARM_UP = 15;

    @Override
    public List<Phase> phases() {
      return List.of(new Phase("steady", WARM_UP, WARM_UP + seconds));
    }

    @Override
    public void tell(Simulation world) {
      world.beginAll();
    }
  }
}
