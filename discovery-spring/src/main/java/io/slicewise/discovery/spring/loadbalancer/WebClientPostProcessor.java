package io.slicewise.discovery.spring.loadbalancer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.web.reactive.function.client.WebClient;

/** Adds our filter to the builders that Spring Cloud has added its own to. */
final class WebClientPostProcessor implements BeanPostProcessor {

  private final ObjectProvider<CallEndFilter> filter;

  WebClientPostProcessor(ObjectProvider<CallEndFilter> filter) {
    this.filter = filter;
  }

  /** Comes after Spring Cloud's own, which acts before the initialization. */
  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (bean instanceof WebClient.Builder builder) {
      filter.getObject().addTo(builder);
    }
    return bean;
  }
}
