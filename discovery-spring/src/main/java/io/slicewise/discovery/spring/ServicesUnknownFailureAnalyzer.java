package io.slicewise.discovery.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells which Services the start waited for in vain, why, and what to do. */
final class ServicesUnknownFailureAnalyzer
    extends AbstractFailureAnalyzer<ServicesUnknownException> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ServicesUnknownException cause) {
    return new FailureAnalysis(
        "The start waits for Services (slicewise.startup.fail-fast), and the API server did not"
            + " tell them in time:"
            + System.lineSeparator()
            + System.lineSeparator()
            + "    "
            + String.join(System.lineSeparator() + "    ", cause.problems()),
        "Remove the reason, raise slicewise.startup.timeout, or set slicewise.startup.fail-fast to"
            + " false: then the application starts and follows them as soon as it can.",
        cause);
  }
}
