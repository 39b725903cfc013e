package io.slicewise.discovery.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image of an application in a pod cannot see by itself: classes that are found by a
 * name put together at run time, fields behind variable handles, and gRPC's providers.
 */
final class SlicewiseRuntimeHints implements RuntimeHintsRegistrar {

  private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.";

  /** Caffeine's classes for the kinds of caches that are made here and in the core. */
  private static final List<String> CACHES = List.of("SSLMSA", "SSLMSW", "WS");

  /** The entries of those. */
  private static final List<String> ENTRIES = List.of("PSAMS", "PSWMS", "FS");

  /** Where fields are written through handles. */
  private static final List<String> FIELDS =
      List.of(
          "io.slicewise.discovery.balance.Lease",
          "io.slicewise.discovery.model.Endpoint",
          "io.slicewise.discovery.model.LoadCells$Counters");

  private static final List<String> PROVIDERS =
      List.of(
          "io.slicewise.discovery.grpc.K8sNameResolverProvider",
          "io.slicewise.discovery.grpc.KubernetesNameResolverProvider",
          "io.slicewise.discovery.grpc.ZoneAwareLoadBalancerProvider");

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    ReflectionHints reflection = hints.reflection();
    for (List<String> made : List.of(CACHES, ENTRIES)) {
      for (String name : made) {
        reflection.registerTypeIfPresent(
            loader,
            CAFFEINE + name,
            MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
            MemberCategory.ACCESS_DECLARED_FIELDS);
      }
    }
    for (String name : FIELDS) {
      reflection.registerTypeIfPresent(loader, name, MemberCategory.ACCESS_DECLARED_FIELDS);
    }
    for (String name : PROVIDERS) {
      reflection.registerTypeIfPresent(loader, name, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
    }
    hints.resources().registerPattern("META-INF/services/io.grpc.NameResolverProvider");
    hints.resources().registerPattern("META-INF/services/io.grpc.LoadBalancerProvider");
  }
}
