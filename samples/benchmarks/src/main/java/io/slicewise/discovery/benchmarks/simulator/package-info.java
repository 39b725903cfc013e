/**
 * Sends simulated calls through real discoveries, to see what a topology policy does to a Service.
 *
 * <p>Start with {@link io.slicewise.discovery.benchmarks.simulator.Simulator}, which runs
 * everything; {@link io.slicewise.discovery.benchmarks.simulator.Simulation} is one run. Callers
 * are whole {@code ServiceDiscovery} instances on a clock of the simulation's: nothing of the SDK
 * is written again here, and only its public API is used. Numbers are in {@code
 * discovery-core/docs/zones.md}.
 */
@NullMarked
package io.slicewise.discovery.benchmarks.simulator;

import org.jspecify.annotations.NullMarked;
