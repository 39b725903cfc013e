package io.slicewise.discovery.spring;

import java.util.ArrayDeque;
import java.util.Deque;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Keeps what Spring Boot would print of a failed start. Registered in {@code spring.factories}. */
public final class StartFailures implements FailureAnalysisReporter {

  private static final ThreadLocal<Deque<FailureAnalysis>> REPORTED =
      ThreadLocal.withInitial(ArrayDeque::new);

  @Override
  public void report(FailureAnalysis analysis) {
    REPORTED.get().add(analysis);
  }

  /** An application with nothing but Slicewise. */
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    SlicewiseAutoConfiguration.class,
    io.slicewise.discovery.spring.client.SlicewiseDiscoveryClientAutoConfiguration.class
  })
  public static class Application {}

  /** Starts an application as its main method would. */
  public static ConfigurableApplicationContext start(String... properties) {
    String[] arguments = new String[properties.length];
    for (int i = 0; i < properties.length; i++) {
      arguments[i] = "--" + properties[i];
    }
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .logStartupInfo(false)
        .bannerMode(org.springframework.boot.Banner.Mode.OFF)
        .registerShutdownHook(false)
        .run(arguments);
  }

  /** Starts an application that is to fail, and returns what is said about it. */
  public static FailureAnalysis of(String... properties) {
    REPORTED.get().clear();
    try (ConfigurableApplicationContext context = start(properties)) {
      throw new AssertionError("started: " + context);
    } catch (RuntimeException e) {
      if (REPORTED.get().isEmpty()) {
        throw new AssertionError("nothing was reported of " + e, e);
      }
      return REPORTED.get().remove();
    }
  }
}
