package io.slicewise.discovery.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether there is a cluster to discover in: the application runs in Kubernetes, or says by a
 * property that it wants one. A developer's kubeconfig alone is no reason to call anybody.
 */
final class ClusterCondition extends SpringBootCondition {

  private static final String ENABLED = "slicewise.enabled";
  private static final String KUBECONFIG = "slicewise.kubeconfig";

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("Slicewise cluster");
    Environment environment = context.getEnvironment();
    @Nullable Boolean enabled = environment.getProperty(ENABLED, Boolean.class);
    if (enabled != null) {
      return new ConditionOutcome(enabled, message.because(ENABLED + " is " + enabled));
    }
    if (environment.getProperty(KUBECONFIG) != null) {
      return ConditionOutcome.match(message.because(KUBECONFIG + " is set"));
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
}
