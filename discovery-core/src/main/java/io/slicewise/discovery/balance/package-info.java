/**
 * The choice of one endpoint among those that may be picked, and the accounting of the calls under
 * way.
 *
 * <p>Start with {@link io.slicewise.discovery.balance.Picker} and {@link
 * io.slicewise.discovery.balance.Lease}. Everything here runs on callers' threads: no lock, no
 * clock.
 */
@NullMarked
package io.slicewise.discovery.balance;

import org.jspecify.annotations.NullMarked;
