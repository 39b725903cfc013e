/** The application that is called. It knows nothing of Slicewise. */
@NullMarked
package io.slicewise.discovery.samples.spring.callee;

import org.jspecify.annotations.NullMarked;
