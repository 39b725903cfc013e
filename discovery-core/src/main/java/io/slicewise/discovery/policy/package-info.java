/**
 * Pure functions that decide which endpoints may be picked.
 *
 * <p>Start with {@link io.slicewise.discovery.policy.Eligibility} (the order of the rules) and
 * {@link io.slicewise.discovery.policy.EndpointFilter} (a rule of the application's own). This
 * package keeps no state and knows no time.
 */
@NullMarked
package io.slicewise.discovery.policy;

import org.jspecify.annotations.NullMarked;
