package io.slicewise.discovery.spring;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether there is a cluster to discover in: the application runs in Kubernetes, or says by a
 * property or a bean that it wants one. A developer's kubeconfig alone is no reason to call
 * anybody.
 */
final class ClusterCondition extends SpringBootCondition implements ConfigurationCondition {

  private static final String ENABLED = "slicewise.enabled";
  private static final String KUBECONFIG = "slicewise.kubeconfig";

  @Override
  public ConfigurationPhase getConfigurationPhase() {
    return ConfigurationPhase.REGISTER_BEAN; // the application's own beans are known by then
  }

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("Slicewise cluster");
    Environment environment = context.getEnvironment();
    Boolean enabled = environment.getProperty(ENABLED, Boolean.class);
    if (enabled != null) {
      return new ConditionOutcome(enabled, message.because(ENABLED + " is " + enabled));
    }
    if (environment.getProperty(KUBECONFIG) != null) {
      return ConditionOutcome.match(message.because(KUBECONFIG + " is set"));
    }
    String bean = ownBean(context.getBeanFactory());
    if (bean != null) {
      return ConditionOutcome.match(message.because("there is the bean " + bean));
    }
    if (CloudPlatform.KUBERNETES.isActive(environment)) {
      return ConditionOutcome.match(message.because("this runs in Kubernetes"));
    }
    return ConditionOutcome.noMatch(
        message.because(
            "this does not run in Kubernetes, and neither "
                + ENABLED
                + " nor "
                + KUBECONFIG
                + " is set"));
  }

  private static @Nullable String ownBean(@Nullable ConfigurableListableBeanFactory beans) {
    if (beans == null) {
      return null;
    }
    for (Class<?> type : new Class<?>[] {ServiceDiscovery.class, ClusterConfig.class}) {
      String[] names =
          BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false);
      if (names.length > 0) {
        return names[0];
      }
    }
    return null;
  }
}
