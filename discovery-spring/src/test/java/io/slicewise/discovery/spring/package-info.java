/** Tests on real applications, an embedded API server and real servers to call. */
package io.slicewise.discovery.spring;
