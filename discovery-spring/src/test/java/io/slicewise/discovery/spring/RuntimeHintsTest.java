package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.spring.client.SliceDiscoveryClient;
import io.slicewise.discovery.spring.client.SlicewiseDiscoveryClientAutoConfiguration;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;

/** What a native image has to be told is told: looked for in what the JVM really does. */
class RuntimeHintsTest {

  private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.";

  private final RuntimeHints hints = new RuntimeHints();

  @BeforeEach
  void register() {
    new SlicewiseRuntimeHints().registerHints(hints, getClass().getClassLoader());
  }

  /** Caffeine keeps what it has found by name. */
  private static Map<?, ?> found(String factory) throws Exception {
    Field field = Class.forName(CAFFEINE + factory).getDeclaredField("FACTORIES");
    field.setAccessible(true);
    return (Map<?, ?>) field.get(null);
  }

  @Test
  void everyClassOfCaffeineThatAnApplicationInAPodLoadsByNameIsKnown(@TempDir Path account)
      throws Exception {
    Map<?, ?> caches = found("LocalCacheFactory");
    Map<?, ?> entries = found("NodeFactory");
    caches.clear();
    entries.clear();
    try (TestCluster cluster = new TestCluster()) {
      cluster.service("checkout", "z1");
      cluster.server().writeServiceAccount(account, "shop");
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  SlicewiseAutoConfiguration.class,
                  SlicewiseDiscoveryClientAutoConfiguration.class))
          .withBean(
              ClusterConfig.class, () -> ClusterConfig.inCluster(account, cluster.server().uri()))
          .withPropertyValues("slicewise.watch.connect-jitter=0s")
          .run(
              context -> {
                SliceDiscoveryClient client = context.getBean(SliceDiscoveryClient.class);
                assertThat(client.getInstances("checkout")).hasSize(1);
                assertThat(client.getServices()).containsExactly("checkout");
                context
                    .getBean(ServiceDiscovery.class)
                    .watch("checkout")
                    .whenSynced()
                    .get(10, TimeUnit.SECONDS);
              });
    }

    List<Object> names = new ArrayList<>(caches.keySet());
    names.addAll(entries.keySet());
    assertThat(names).hasSizeGreaterThan(3);
    assertThat(names)
        .allSatisfy(
            name -> {
              TypeReference type = TypeReference.of(CAFFEINE + name);
              assertThat(
                      RuntimeHintsPredicates.reflection()
                          .onType(type)
                          .withMemberCategories(
                              MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
                              MemberCategory.ACCESS_DECLARED_FIELDS))
                  .accepts(hints);
            });
  }

  @Test
  void everyFieldThatIsWrittenThroughAHandleIsKnown() throws Exception {
    ClassPathScanningCandidateComponentProvider scanner =
        new ClassPathScanningCandidateComponentProvider(false) {
          @Override
          protected boolean isCandidateComponent(
              org.springframework.beans.factory.annotation.AnnotatedBeanDefinition definition) {
            return true;
          }
        };
    scanner.addIncludeFilter((metadata, factory) -> true);
    int handles = 0;
    for (String root : List.of("io.slicewise.discovery")) {
      for (var candidate : scanner.findCandidateComponents(root)) {
        Class<?> type =
            Class.forName(candidate.getBeanClassName(), false, getClass().getClassLoader());
        for (Field field : type.getDeclaredFields()) {
          if (field.getType() != VarHandle.class || !Modifier.isStatic(field.getModifiers())) {
            continue;
          }
          field.setAccessible(true);
          VarHandle handle = (VarHandle) field.get(null);
          Class<?> holder = handle.coordinateTypes().get(0);
          if (!holder.isArray()) { // views of arrays have no field
            handles++;
            assertThat(
                    RuntimeHintsPredicates.reflection()
                        .onType(holder)
                        .withMemberCategory(MemberCategory.ACCESS_DECLARED_FIELDS))
                .as("%s of %s", field.getName(), type.getName())
                .accepts(hints);
          }
        }
      }
    }
    assertThat(handles).isGreaterThan(5);
  }

  @Test
  void grpcFindsItsProviders() {
    for (Class<?> service :
        List.of(io.grpc.NameResolverProvider.class, io.grpc.LoadBalancerProvider.class)) {
      assertThat(
              RuntimeHintsPredicates.resource()
                  .forResource("META-INF/services/" + service.getName()))
          .accepts(hints);
      long ours =
          ServiceLoader.load(service).stream()
              .map(ServiceLoader.Provider::type)
              .filter(type -> type.getName().startsWith("io.slicewise."))
              .peek(
                  type ->
                      assertThat(
                              RuntimeHintsPredicates.reflection()
                                  .onType(type)
                                  .withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS))
                          .accepts(hints))
              .count();
      assertThat(ours).isPositive();
    }
  }

  @Test
  void theAutoConfigurationBringsTheHints() {
    assertThat(
            SlicewiseAutoConfiguration.class
                .getAnnotation(org.springframework.context.annotation.ImportRuntimeHints.class)
                .value())
        .contains(SlicewiseRuntimeHints.class);
  }
}
