package io.slicewise.discovery.spring.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cache.Cache;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;

/**
 * Takes a Service's instances out of the cache of Spring Cloud LoadBalancer when they change, so
 * that its own balancers do not call pods that are gone for as long as the cache would keep them.
 */
final class InstanceCacheEviction implements Consumer<String>, SmartInitializingSingleton {

  private final BeanFactory beans;
  private volatile @Nullable LoadBalancerCacheManager caches;

  InstanceCacheEviction(BeanFactory beans) {
    this.beans = beans;
  }

  /** Looks for the cache here: creating a bean is nothing for the thread that tells changes. */
  @Override
  public void afterSingletonsInstantiated() {
    caches = beans.getBeanProvider(LoadBalancerCacheManager.class).getIfAvailable();
  }

  @Override
  public void accept(String serviceId) {
    LoadBalancerCacheManager manager = caches;
    Cache cache =
        manager == null
            ? null
            : manager.getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME);
    if (cache != null) {
      cache.evictIfPresent(serviceId);
    }
  }
}
