/**
 * What an operator sees of discovery: the actuator endpoint {@code slicewise}, its health and its
 * meters. Start with {@link io.slicewise.discovery.spring.actuate.SlicewiseEndpoint}. Each part is
 * there if the application has the library for it, and knows nothing of the others.
 */
@NullMarked
package io.slicewise.discovery.spring.actuate;

import org.jspecify.annotations.NullMarked;
