/**
 * Checks of the manifests: they are what Kubernetes takes, they fit each other, and they give what
 * discovery needs.
 */
@NullMarked
package io.slicewise.discovery.samples.kubernetes;

import org.jspecify.annotations.NullMarked;
