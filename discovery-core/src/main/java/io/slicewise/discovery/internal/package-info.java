/**
 * The machinery between a source and a picker: the Reflector (protocol state), the SliceStore
 * (data) and the pipelines that publish views. Not API.
 */
@NullMarked
package io.slicewise.discovery.internal;

import org.jspecify.annotations.NullMarked;
