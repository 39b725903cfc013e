package io.slicewise.discovery.spring.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.SlicewiseProperties;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The meters of discovery, where there is a registry for them. */
@AutoConfiguration(
    after = {SlicewiseAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class})
@ConditionalOnClass({MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class})
@ConditionalOnBean({ServiceDiscovery.class, MeterRegistry.class})
@Import(StreamLogConfiguration.class)
public final class SlicewiseMetricsAutoConfiguration {

  /** The meters; they are an observer of the discovery, which is why they cannot ask for it. */
  @Bean
  @ConditionalOnMissingBean
  DiscoveryMeters slicewiseMeters(StreamLog streams, SlicewiseProperties properties) {
    return new DiscoveryMeters(
        streams, properties.watch().linger(), System::nanoTime, InstantSource.system());
  }

  @Bean
  SmartInitializingSingleton slicewiseMetersStart(
      DiscoveryMeters meters, ObjectProvider<ServiceDiscovery> discovery) {
    return () -> discovery.ifAvailable(meters::follow);
  }
}
