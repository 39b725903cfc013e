/**
 * Plain HTTP calls to the pods of a Service, on OkHttp and without a framework: a pod is picked for
 * each call, the URL stays the Service's.
 *
 * <p>Start with {@link io.slicewise.discovery.http.ServiceHttpClient}. This package stands on the
 * façade, and nothing in core stands on it.
 */
@NullMarked
package io.slicewise.discovery.http;

import org.jspecify.annotations.NullMarked;
