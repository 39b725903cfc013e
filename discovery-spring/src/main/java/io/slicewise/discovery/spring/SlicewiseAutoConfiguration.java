package io.slicewise.discovery.spring;

import com.github.benmanes.caffeine.cache.Ticker;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/**
 * One {@link ServiceDiscovery} for the whole application. It asks nothing of the network before a
 * Service is called for the first time, and is closed after everything that uses it.
 */
@AutoConfiguration
@Conditional(ClusterCondition.class)
@EnableConfigurationProperties(SlicewiseProperties.class)
@ImportRuntimeHints(SlicewiseRuntimeHints.class)
public final class SlicewiseAutoConfiguration {

  /** The discovery, as the properties, and then the customizers, set it up. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  ServiceDiscovery serviceDiscovery(
      SlicewiseProperties properties,
      Environment environment,
      ObjectProvider<ClusterConfig> cluster,
      ObjectProvider<DiscoveryObserver> observers,
      ObjectProvider<ServiceDiscoveryCustomizer> customizers) {
    ServiceDiscoveryBuilder builder = ServiceDiscovery.builder();
    ClusterConfig config = cluster.getIfAvailable();
    if (config == null && properties.kubeconfig() != null) {
      config = ClusterConfig.kubeconfig(properties.kubeconfig(), properties.context());
    }
    if (config != null) {
      builder.cluster(config);
    }
    PropertyMapping.apply(
        properties, environment.getProperty("spring.cloud.loadbalancer.zone"), builder);
    List<DiscoveryObserver> hearing = observers.orderedStream().toList();
    if (!hearing.isEmpty()) {
      builder.observer(new Observers(hearing));
    }
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return builder.build();
  }

  @Bean
  @ConditionalOnMissingBean
  ServiceWatches serviceWatches(
      SlicewiseProperties properties,
      ServiceDiscovery discovery,
      ObjectProvider<WatchOptionsCustomizer> customizers) {
    ServiceNames names =
        new ServiceNames(
            properties, discovery.defaultNamespace(), customizers.orderedStream().toList());
    names.check();
    return new ServiceWatches(discovery, names, properties.watch().idle(), Ticker.systemTicker());
  }

  @Bean
  StartupWatches slicewiseStartupWatches(SlicewiseProperties properties, ServiceWatches watches) {
    return new StartupWatches(properties.startup(), watches);
  }
}
