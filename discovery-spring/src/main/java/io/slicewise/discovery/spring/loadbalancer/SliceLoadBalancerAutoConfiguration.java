package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.client.ConditionalOnDiscoveryEnabled;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/** Load-balanced clients call what Slicewise picks. */
@AutoConfiguration(after = SlicewiseAutoConfiguration.class)
@ConditionalOnBean(ServiceWatches.class)
@ConditionalOnDiscoveryEnabled
@ConditionalOnProperty(
    name = {"spring.cloud.loadbalancer.enabled", "slicewise.loadbalancer.enabled"},
    matchIfMissing = true)
@LoadBalancerClients(defaultConfiguration = SliceLoadBalancerConfiguration.class)
public final class SliceLoadBalancerAutoConfiguration {

  /** Where there is a {@link WebClient}. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(WebClient.class)
  static class WebClients {

    @Bean
    CallEndFilter sliceCallEndFilter() {
      return new CallEndFilter();
    }

    @Bean
    static WebClientPostProcessor sliceWebClientPostProcessor(
        ObjectProvider<CallEndFilter> filter) {
      return new WebClientPostProcessor(filter);
    }

    @Bean
    WebClientHttpServiceGroupConfigurer sliceWebClientGroupConfigurer(CallEndFilter filter) {
      return new GroupConfigurer(filter);
    }
  }

  /** Comes after Spring Cloud's configurer, which makes groups load-balanced. */
  private record GroupConfigurer(CallEndFilter filter)
      implements WebClientHttpServiceGroupConfigurer {

    private static final int AFTER_LOAD_BALANCING = 20;

    @Override
    public void configureGroups(Groups<WebClient.Builder> groups) {
      groups.forEachClient((group, client) -> filter.addTo(client));
    }

    @Override
    public int getOrder() {
      return AFTER_LOAD_BALANCING;
    }
  }

  /** Where there is a gateway. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(GlobalFilter.class)
  static class Gateway {

    @Bean
    CallEndGlobalFilter sliceCallEndGlobalFilter() {
      return new CallEndGlobalFilter();
    }
  }
}
