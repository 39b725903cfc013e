/** Slicewise for Spring Boot and Spring Cloud: discovery and load balancing on the core's views. */
@NullMarked
package io.slicewise.discovery.spring;

import org.jspecify.annotations.NullMarked;
