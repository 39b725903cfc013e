package io.slicewise.discovery.spring.client;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.SlicewiseProperties;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.ConditionalOnBlockingDiscoveryEnabled;
import org.springframework.cloud.client.ConditionalOnDiscoveryEnabled;
import org.springframework.cloud.client.ConditionalOnDiscoveryHealthIndicatorEnabled;
import org.springframework.cloud.client.ConditionalOnReactiveDiscoveryEnabled;
import org.springframework.cloud.client.ReactiveCommonsClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.discovery.health.DiscoveryClientHealthIndicatorProperties;
import org.springframework.cloud.client.discovery.health.reactive.ReactiveDiscoveryClientHealthIndicator;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClientAutoConfiguration;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.ContextRefreshedEvent;
import reactor.core.publisher.Flux;

/** Spring Cloud's discovery clients for the Services of the cluster, and their heartbeat. */
@AutoConfiguration(
    after = SlicewiseAutoConfiguration.class,
    before = {
      CompositeDiscoveryClientAutoConfiguration.class,
      SimpleDiscoveryClientAutoConfiguration.class,
      CommonsClientAutoConfiguration.class,
      ReactiveCompositeDiscoveryClientAutoConfiguration.class,
      SimpleReactiveDiscoveryClientAutoConfiguration.class,
      ReactiveCommonsClientAutoConfiguration.class
    })
@ConditionalOnDiscoveryEnabled
@ConditionalOnBooleanProperty(name = "slicewise.discovery.enabled", matchIfMissing = true)
@ConditionalOnBean(ServiceWatches.class)
public final class SlicewiseDiscoveryClientAutoConfiguration {

  @Bean
  Catalogs slicewiseCatalogs(ServiceDiscovery discovery, SlicewiseProperties properties) {
    return new Catalogs(discovery, properties);
  }

  /** The time for an answer begins when a Service is opened: a load balancer may have waited. */
  @Bean
  @Lazy(false)
  FirstAnswer slicewiseFirstAnswer(SlicewiseProperties properties, ServiceWatches watches) {
    FirstAnswer first = new FirstAnswer(properties.discovery().timeout(), System::nanoTime);
    watches.onOpened(followed -> first.begin(followed.watch()));
    return first;
  }

  @Bean
  @Lazy(false)
  InstanceChanges slicewiseInstanceChanges(ServiceWatches watches) {
    return new InstanceChanges(watches);
  }

  @Bean
  @Lazy(false)
  @ConditionalOnBooleanProperty(name = "slicewise.discovery.heartbeat", matchIfMissing = true)
  Heartbeat slicewiseHeartbeat(
      ApplicationContext context,
      SlicewiseProperties properties,
      Catalogs catalogs,
      InstanceChanges changes) {
    Heartbeat heartbeat =
        new Heartbeat(
            context,
            properties.discovery().heartbeatInterval(),
            System::nanoTime,
            Executors.newSingleThreadScheduledExecutor(
                task -> {
                  Thread thread = new Thread(task, "slicewise-heartbeat");
                  thread.setDaemon(true);
                  return thread;
                }));
    catalogs.onChange(heartbeat::changed);
    changes.onChange(serviceId -> heartbeat.changed());
    return heartbeat;
  }

  /** For applications that wait. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBlockingDiscoveryEnabled
  static class Blocking {

    @Bean
    @ConditionalOnMissingBean
    SliceDiscoveryClient sliceDiscoveryClient(
        ServiceWatches watches,
        Catalogs catalogs,
        FirstAnswer first,
        SlicewiseProperties properties) {
      return new SliceDiscoveryClient(watches, catalogs, first, properties.discovery().order());
    }
  }

  /** For applications that must not wait. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(Flux.class)
  @ConditionalOnReactiveDiscoveryEnabled
  static class Reactive {

    @Bean
    @ConditionalOnMissingBean
    SliceReactiveDiscoveryClient sliceReactiveDiscoveryClient(
        ServiceWatches watches,
        Catalogs catalogs,
        FirstAnswer first,
        SlicewiseProperties properties) {
      return new SliceReactiveDiscoveryClient(
          watches, catalogs, first, properties.discovery().order());
    }

    /** What Spring Cloud's health says of the client. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ReactiveHealthIndicator.class)
    @ConditionalOnDiscoveryHealthIndicatorEnabled
    @EnableConfigurationProperties(DiscoveryClientHealthIndicatorProperties.class)
    static class Health {

      @Bean
      ReactiveDiscoveryClientHealthIndicator sliceReactiveDiscoveryClientHealthIndicator(
          SliceReactiveDiscoveryClient client,
          DiscoveryClientHealthIndicatorProperties properties) {
        return new ReactiveDiscoveryClientHealthIndicator(client, properties);
      }
    }
  }

  /** Spring Cloud's health says UNKNOWN until it hears that discovery is there. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HealthIndicator.class)
  @ConditionalOnDiscoveryHealthIndicatorEnabled
  static class Health {

    @Bean
    @Lazy(false)
    ApplicationListener<ContextRefreshedEvent> slicewiseReadyAnnouncement(
        ApplicationContext context) {
      return event -> {
        if (event.getApplicationContext() == context) {
          context.publishEvent(new InstanceRegisteredEvent<>(context, "slicewise"));
        }
      };
    }
  }

  /** The cache of Spring's own load balancers. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(LoadBalancerCacheManager.class)
  static class StockCache {

    @Bean
    @Lazy(false)
    InstanceCacheEviction slicewiseInstanceCacheEviction(
        BeanFactory beans, InstanceChanges changes) {
      InstanceCacheEviction eviction = new InstanceCacheEviction(beans);
      changes.onChange(eviction);
      return eviction;
    }
  }
}
