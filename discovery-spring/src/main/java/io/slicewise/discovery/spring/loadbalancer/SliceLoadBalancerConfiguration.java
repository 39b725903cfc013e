package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.spring.NamedService;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SlicewiseProperties;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultResponse;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClientConfiguration;
import org.springframework.cloud.loadbalancer.core.ReactorLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.cloud.loadbalancer.support.LoadBalancerEnvironmentPropertyUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The load balancer of one service, in the child context that Spring Cloud makes for it. It stands
 * in the place of Spring's default, and never of what the application has chosen.
 */
@Configuration(proxyBeanMethods = false)
class SliceLoadBalancerConfiguration {

  private static final Logger LOGGER = LoggerFactory.getLogger(SliceLoadBalancer.class);

  /** A fallback: the application's own default configuration may be read after this one. */
  @Bean
  @Fallback
  @ConditionalOnMissingBean(ReactorLoadBalancer.class)
  ReactorServiceInstanceLoadBalancer sliceLoadBalancer(
      Environment environment,
      ConfigurableListableBeanFactory beans,
      LoadBalancerClientFactory clients,
      ServiceWatches watches,
      SlicewiseProperties properties) {
    String serviceId = LoadBalancerClientFactory.getName(environment);
    RoundRobinLoadBalancer stock =
        new RoundRobinLoadBalancer(
            clients.getLazyProvider(serviceId, ServiceInstanceListSupplier.class), serviceId);
    NamedService service = watches.named(serviceId);
    if (service == null || hasOwnInstances(beans)) {
      return stock;
    }
    if (service.dnsName()) {
      Mono<Response<ServiceInstance>> always = Mono.just(new DefaultResponse(byName(service)));
      return request -> always;
    }
    if (!LoadBalancerEnvironmentPropertyUtils.equalToOrMissingForClientOrDefault(
        environment, "configurations", "default")) {
      LOGGER.warn(
          "{}: spring.cloud.loadbalancer.configurations is for what is no Service of the cluster;"
              + " slicewise.loadbalancer.enabled=false makes it the rule for all",
          serviceId);
    }
    return new SliceLoadBalancer(
        service,
        watches,
        stock,
        LoadBalancerEnvironmentPropertyUtils.trueOrMissingForClientOrDefault(
            environment, "retry.avoid-previous-instance"),
        new FirstSync(properties.loadbalancer().timeout(), Schedulers.boundedElastic()),
        new Cause(serviceId, System::nanoTime));
  }

  /** Beside the load balancer, whose calls it hears of. */
  @Bean
  LoadBalancerLifecycle<Object, Object, ServiceInstance> sliceCallLifecycle() {
    return new CallLifecycle();
  }

  /** Nothing has to be known of the pods where the cluster chooses one. */
  private static ServiceInstance byName(NamedService service) {
    boolean secure = service.isSecure(null);
    int port = service.target().port() == null ? 0 : service.target().port().number();
    return new DefaultServiceInstance(
        service.host(), service.id(), service.host(), port > 0 ? port : secure ? 443 : 80, secure);
  }

  /** Whether the application says itself which instances the service has. */
  private static boolean hasOwnInstances(ConfigurableListableBeanFactory beans) {
    for (String name :
        BeanFactoryUtils.beanNamesForTypeIncludingAncestors(
            beans, ServiceInstanceListSupplier.class)) {
      if (!isStock(beans.getMergedBeanDefinition(name))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isStock(BeanDefinition supplier) {
    @Nullable Method factory =
        supplier instanceof RootBeanDefinition made ? made.getResolvedFactoryMethod() : null;
    return factory != null
        && factory
            .getDeclaringClass()
            .getName()
            .startsWith(LoadBalancerClientConfiguration.class.getName());
  }
}
