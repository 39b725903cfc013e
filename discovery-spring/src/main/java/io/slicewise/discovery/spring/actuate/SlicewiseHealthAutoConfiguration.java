package io.slicewise.discovery.spring.actuate;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import java.time.InstantSource;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health contributor {@code slicewise}; off by {@code management.health.slicewise.enabled}. */
@AutoConfiguration(
    after = SlicewiseAutoConfiguration.class,
    before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(ServiceDiscovery.class)
@RegisterReflectionForBinding(EndpointCounts.class) // a detail, of which no type tells
public final class SlicewiseHealthAutoConfiguration {

  @Bean
  @ConditionalOnEnabledHealthIndicator("slicewise")
  @ConditionalOnMissingBean(name = "slicewiseHealthIndicator")
  HealthIndicator slicewiseHealthIndicator(ServiceDiscovery discovery) {
    return new SlicewiseHealthIndicator(discovery, InstantSource.system());
  }
}
