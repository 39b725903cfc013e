/**
 * Spring Cloud's discovery clients on the core's views, and the news that they give. Starting
 * points: {@link io.slicewise.discovery.spring.client.SliceDiscoveryClient}, {@link
 * io.slicewise.discovery.spring.client.Heartbeat}.
 */
@NullMarked
package io.slicewise.discovery.spring.client;

import org.jspecify.annotations.NullMarked;
