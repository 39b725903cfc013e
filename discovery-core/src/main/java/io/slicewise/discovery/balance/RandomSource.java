package io.slicewise.discovery.balance;

import java.util.concurrent.ThreadLocalRandom;

/** Random bits for picks; thread safe. Tests give a seeded one. */
@FunctionalInterface
public interface RandomSource {

  /** Returns 64 uniformly random bits. */
  long nextLong();

  /** Returns the source that gives each thread its own sequence. */
  static RandomSource threadLocal() {
    return () -> ThreadLocalRandom.current().nextLong();
  }
}
