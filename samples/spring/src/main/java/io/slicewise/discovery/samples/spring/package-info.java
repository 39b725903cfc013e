/** A sample: two Spring Boot applications, and a cluster on this machine to run them in. */
@NullMarked
package io.slicewise.discovery.samples.spring;

import org.jspecify.annotations.NullMarked;
