package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.Callers;
import org.jspecify.annotations.Nullable;

/**
 * Where to learn how the callers spread over zones.
 *
 * @param shares the shares themselves, or null
 * @param service the caller's own Service, its namespace filled in, or null
 * @param find whether to look for the caller's own Service where neither is given
 */
public record CallerSettings(
    @Nullable Callers shares, @Nullable ServiceTarget service, boolean find) {}
