package io.slicewise.discovery.spring.client;

import org.springframework.util.ClassUtils;
import reactor.core.scheduler.Schedulers;

/** Knows the threads that must not block, where there is Reactor to say so. */
final class NonBlocking {

  private static final boolean REACTOR =
      ClassUtils.isPresent("reactor.core.scheduler.Schedulers", NonBlocking.class.getClassLoader());

  private NonBlocking() {}

  /** Whether the current thread may wait. */
  static boolean mayWait() {
    return !REACTOR || !Schedulers.isInNonBlockingThread();
  }
}
