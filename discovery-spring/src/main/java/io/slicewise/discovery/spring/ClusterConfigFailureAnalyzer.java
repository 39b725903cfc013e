package io.slicewise.discovery.spring;

import io.slicewise.discovery.kubernetes.ClusterConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells where a cluster was looked for, and how to name one or do without. */
final class ClusterConfigFailureAnalyzer extends AbstractFailureAnalyzer<ClusterConfigException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ClusterConfigException cause) {
    return new FailureAnalysis(
        "Slicewise is to discover Services and cannot use a Kubernetes cluster: "
            + cause.getMessage(),
        "In a pod, mount a service account (automountServiceAccountToken). Elsewhere, set"
            + " slicewise.kubeconfig, and slicewise.context if it is not the current one. To run"
            + " without a cluster, set slicewise.enabled to false.",
        cause);
  }
}
