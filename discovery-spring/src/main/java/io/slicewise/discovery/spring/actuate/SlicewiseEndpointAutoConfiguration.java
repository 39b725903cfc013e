package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import java.time.InstantSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The actuator endpoint, where it is exposed. */
@AutoConfiguration(after = {SlicewiseAutoConfiguration.class, EndpointAutoConfiguration.class})
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean({ServiceDiscovery.class, ServiceWatches.class})
@Import(StreamLogConfiguration.class)
public final class SlicewiseEndpointAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnAvailableEndpoint
  SlicewiseEndpoint slicewiseEndpoint(
      ServiceDiscovery discovery, ServiceWatches watches, StreamLog streams) {
    return new SlicewiseEndpoint(discovery, watches, streams, InstantSource.system());
  }
}
