package io.slicewise.discovery.internal;

import io.slicewise.discovery.policy.Candidates;

/** Somebody who follows a Service. Called on the writer. */
interface Audience {

  /** Takes what the pipeline says. */
  void publish(Published said);

  /** Whether some of these candidates could take its calls; true for one that makes none. */
  default boolean isServedBy(Candidates candidates) {
    return true;
  }

  /** Nothing more will be said. */
  void close();
}
