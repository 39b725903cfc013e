/**
 * HTTP with a pod picked for each call, on libraries of the application's choice, and a server, a
 * client and a demo to see it work.
 *
 * <p>Start with {@link io.slicewise.discovery.samples.http.JdkHttpCalls}, {@link
 * io.slicewise.discovery.samples.http.ApacheHttpCalls} or {@link
 * io.slicewise.discovery.samples.http.ReactorNettyCalls}: what an application has to write. {@link
 * io.slicewise.discovery.samples.http.HttpSample} is the command line. All of it uses Slicewise
 * through its public classes alone.
 */
@NullMarked
package io.slicewise.discovery.samples.http;

import org.jspecify.annotations.NullMarked;
