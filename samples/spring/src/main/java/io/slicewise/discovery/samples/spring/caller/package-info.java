/** The application that calls: Spring Cloud code as it always was. */
@NullMarked
package io.slicewise.discovery.samples.spring.caller;

import org.jspecify.annotations.NullMarked;
