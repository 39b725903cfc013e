/**
 * Spring Cloud's load-balanced clients on Slicewise's picker: {@code SliceLoadBalancer} chooses the
 * instance, a lifecycle and a filter for each kind of client tell how the call ended.
 */
@NullMarked
package io.slicewise.discovery.spring.loadbalancer;

import org.jspecify.annotations.NullMarked;
