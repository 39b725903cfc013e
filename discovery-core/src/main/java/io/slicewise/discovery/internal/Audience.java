package io.slicewise.discovery.internal;

/** Somebody who follows a Service. Called on the writer. */
interface Audience {

  /** Takes what the pipeline says. */
  void publish(Published said);

  /** Nothing more will be said. */
  void close();
}
