/** Load-balanced clients of real applications against real servers. */
package io.slicewise.discovery.spring.loadbalancer;
