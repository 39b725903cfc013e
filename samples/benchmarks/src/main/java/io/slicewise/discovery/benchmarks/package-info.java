/**
 * What Slicewise costs, measured beside its peers in the same run.
 *
 * <p>Start with {@link io.slicewise.discovery.benchmarks.Benchmarks}, which runs everything. Each
 * benchmark can be run alone by the command in its description. They see the SDK as an application
 * does, through its public API only. Numbers, with machine and date, are in {@code
 * discovery-core/docs/benchmarks.md}.
 */
@NullMarked
package io.slicewise.discovery.benchmarks;

import org.jspecify.annotations.NullMarked;
