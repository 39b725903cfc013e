package io.slicewise.discovery.health;

import io.slicewise.discovery.model.Panic;

/**
 * Says when so many endpoints are missing that keeping calls near, or away from the sick, would
 * bury those that are left. Confined to one thread.
 *
 * <p>What counts is the part of the endpoints that were usable once, and have not gone, that is
 * usable now. Below a half, zones are ignored; below a quarter, ejections too. Each ends when the
 * part is a fifth larger (60 % and 30 %), so that it does not come and go.
 */
public final class PanicGate {

  private static final double ZONES = 0.5;
  private static final double EJECTIONS = 0.25;
  private static final double HYSTERESIS = 1.2;

  private Panic panic = Panic.NONE;

  /**
   * Takes note of how many there are.
   *
   * @param usable those that are ready and not ejected
   * @param expected these, and those that are ejected, or unready while they are still listed
   */
  public Panic update(int usable, int expected) {
    double part = expected == 0 ? 1 : (double) usable / expected;
    boolean everybody = part < EJECTIONS * (panic == Panic.IGNORE_EJECTIONS ? HYSTERESIS : 1);
    boolean everywhere = part < ZONES * (panic == Panic.NONE ? 1 : HYSTERESIS);
    panic = everybody ? Panic.IGNORE_EJECTIONS : everywhere ? Panic.IGNORE_ZONES : Panic.NONE;
    return panic;
  }
}
