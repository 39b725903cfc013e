/**
 * Chaos: random cluster life and random faults against a real discovery over real sockets, with a
 * model of the truth beside it. Begin with {@link io.slicewise.discovery.chaos.ChaosRun}; {@link
 * io.slicewise.discovery.chaos.Truth} says what must hold. Nothing here asks the SDK what is right.
 */
@NullMarked
package io.slicewise.discovery.chaos;

import org.jspecify.annotations.NullMarked;
