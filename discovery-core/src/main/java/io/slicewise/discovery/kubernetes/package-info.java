/**
 * EndpointSlices from a Kubernetes API server, over OkHttp with the official client's parts.
 *
 * <p>Start with {@link io.slicewise.discovery.kubernetes.ClusterConfig} (how to reach a cluster)
 * and {@link io.slicewise.discovery.kubernetes.ApiServerSource}. Everything about bytes, TLS and
 * credentials ends here; nothing outside knows HTTP.
 */
@NullMarked
package io.slicewise.discovery.kubernetes;

import org.jspecify.annotations.NullMarked;
