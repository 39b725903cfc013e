/**
 * What a client learns of endpoints by itself: who is new, who fails, and when too few are left.
 *
 * <p>Start with {@link io.slicewise.discovery.health.Ejector} and {@link
 * io.slicewise.discovery.health.SlowStart}. All of it belongs to one client; the cluster's own word
 * on readiness comes before, in the policy package.
 */
@NullMarked
package io.slicewise.discovery.health;

import org.jspecify.annotations.NullMarked;
