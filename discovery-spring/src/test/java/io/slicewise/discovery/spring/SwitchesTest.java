package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannelBuilder;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.kubernetes.ClusterConfigException;
import io.slicewise.discovery.spring.client.SliceDiscoveryClient;
import io.slicewise.discovery.spring.client.SliceReactiveDiscoveryClient;
import io.slicewise.discovery.spring.client.SlicewiseDiscoveryClientAutoConfiguration;
import io.slicewise.discovery.spring.grpc.SlicewiseGrpcAutoConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.CommonsClientAutoConfiguration;
import org.springframework.cloud.client.ReactiveCommonsClientAutoConfiguration;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClientAutoConfiguration;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import reactor.core.publisher.Flux;

/** When there is what, and when there is nothing at all. */
class SwitchesTest {

  @TempDir Path directory;

  private final TestCluster cluster = new TestCluster();

  private final ApplicationContextRunner anywhere =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  UtilAutoConfiguration.class,
                  CommonsClientAutoConfiguration.class,
                  ReactiveCommonsClientAutoConfiguration.class,
                  CompositeDiscoveryClientAutoConfiguration.class,
                  ReactiveCompositeDiscoveryClientAutoConfiguration.class,
                  SimpleDiscoveryClientAutoConfiguration.class,
                  SimpleReactiveDiscoveryClientAutoConfiguration.class,
                  SlicewiseGrpcAutoConfiguration.class,
                  SlicewiseDiscoveryClientAutoConfiguration.class,
                  SlicewiseAutoConfiguration.class));

  private final ApplicationContextRunner runner = anywhere.withPropertyValues(cluster.properties());

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void thereIsAllOfItWhereAKubeconfigIsNamed() {
    runner.run(
        context -> {
          assertThat(context)
              .hasSingleBean(ServiceDiscovery.class)
              .hasSingleBean(ServiceWatches.class)
              .hasSingleBean(SliceDiscoveryClient.class)
              .hasSingleBean(SliceReactiveDiscoveryClient.class)
              .hasBean("slicewiseHeartbeat")
              .hasBean("slicewiseInstanceCacheEviction")
              .hasSingleBean(GrpcChannelBuilderCustomizer.class);
          assertThat(context.getBean(ServiceDiscovery.class).defaultNamespace()).isEqualTo("shop");
        });
  }

  @Test
  void startingAsksNothingOfTheNetwork() {
    runner.run(context -> assertThat(context).hasNotFailed());

    assertThat(cluster.server().requests()).isEmpty();
    assertThat(cluster.server().openConnections()).isZero();
  }

  @Test
  void thereIsNothingOnALaptopWithAKubeconfig() throws Exception {
    Files.createDirectories(directory.resolve(".kube"));
    Files.copy(cluster.kubeconfig(), directory.resolve(".kube/config"));
    anywhere.withSystemProperties("user.home=" + directory).run(SwitchesTest::assertNothing);

    assertThat(cluster.server().requests()).isEmpty();
  }

  @Test
  void thereIsNothingOnALaptopWithoutAKubeconfig() {
    anywhere.withSystemProperties("user.home=" + directory).run(SwitchesTest::assertNothing);
  }

  @Test
  void onePropertyTurnsItOff() {
    runner.withPropertyValues("slicewise.enabled=false").run(SwitchesTest::assertNothing);
  }

  private static void assertNothing(
      org.springframework.boot.test.context.assertj.AssertableApplicationContext context) {
    assertThat(context).hasNotFailed();
    assertThat(context.getBeanDefinitionNames())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).contains("slice"));
    assertThat(context).hasSingleBean(SimpleDiscoveryClient.class);
  }

  @Test
  void itIsOnInKubernetes() throws Exception {
    Files.createDirectories(directory.resolve(".kube"));
    Files.copy(cluster.kubeconfig(), directory.resolve(".kube/config"));
    anywhere
        .withSystemProperties("user.home=" + directory)
        .withPropertyValues("spring.main.cloud-platform=kubernetes")
        .run(context -> assertThat(context).hasSingleBean(ServiceDiscovery.class));
  }

  @Test
  void askingForItWithoutAClusterFailsTheStart() {
    anywhere
        .withSystemProperties("user.home=" + directory)
        .withPropertyValues("slicewise.enabled=true")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(ClusterConfigException.class)
                    .hasMessageStartingWith("no cluster: "));
  }

  @Test
  void aClusterOfTheApplicationsOwnIsUsed() {
    anywhere
        .withBean(ClusterConfig.class, () -> ClusterConfig.kubeconfig(cluster.kubeconfig()))
        .run(
            context -> {
              assertThat(context).hasSingleBean(SliceDiscoveryClient.class);
              assertThat(context.getBean(ServiceDiscovery.class).defaultNamespace())
                  .isEqualTo("default");
            });
  }

  @Test
  void aDiscoveryOfTheApplicationsOwnIsUsedAndCanBeTurnedOff() {
    ApplicationContextRunner own =
        anywhere.withBean(
            "own",
            ServiceDiscovery.class,
            () ->
                ServiceDiscovery.builder()
                    .cluster(ClusterConfig.kubeconfig(cluster.kubeconfig()))
                    .namespace("own")
                    .build());

    own.run(
        context -> {
          assertThat(context).hasSingleBean(ServiceDiscovery.class).hasBean("own");
          assertThat(context).hasSingleBean(SliceDiscoveryClient.class);
          assertThat(context.getBean(ServiceDiscovery.class).defaultNamespace()).isEqualTo("own");
        });
    own.withPropertyValues("slicewise.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(ServiceWatches.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spring.cloud.discovery.enabled", "slicewise.discovery.enabled"})
  void discoveryClientsAreOffByOneProperty(String property) {
    runner
        .withPropertyValues(property + "=false")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(ServiceWatches.class)
                    .doesNotHaveBean(SliceDiscoveryClient.class)
                    .doesNotHaveBean(SliceReactiveDiscoveryClient.class)
                    .doesNotHaveBean("slicewiseHeartbeat"));
  }

  @Test
  void eachDiscoveryClientAndTheHeartbeatAndGrpcAreOffByThemselves() {
    runner
        .withPropertyValues("spring.cloud.discovery.blocking.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .doesNotHaveBean(SliceDiscoveryClient.class)
                    .hasSingleBean(SliceReactiveDiscoveryClient.class));
    runner
        .withPropertyValues("spring.cloud.discovery.reactive.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(SliceDiscoveryClient.class)
                    .doesNotHaveBean(SliceReactiveDiscoveryClient.class));
    runner
        .withPropertyValues("slicewise.discovery.heartbeat=false")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(SliceDiscoveryClient.class)
                    .doesNotHaveBean("slicewiseHeartbeat"));
    runner
        .withPropertyValues("slicewise.grpc.enabled=false")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(SliceDiscoveryClient.class)
                    .doesNotHaveBean(GrpcChannelBuilderCustomizer.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.springframework.boot.health",
        "org.springframework.boot.actuate",
        "io.micrometer",
        "reactor",
        "org.springframework.web.reactive",
        "org.springframework.cloud.openfeign",
        "org.springframework.cloud.gateway",
        "org.springframework.cloud.loadbalancer",
        "io.grpc",
        "io.slicewise.discovery.grpc",
        "org.springframework.grpc",
        "org.springframework.boot.grpc",
        "org.springframework.cache"
      })
  void whatIsMissingIsNotMissed(String packageName) {
    cluster.service("checkout", "z1", "z2");
    runner
        .withClassLoader(new FilteredClassLoader(packageName))
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(SliceDiscoveryClient.class);
              DiscoveryClient client = context.getBean(DiscoveryClient.class);
              assertThat(client.getInstances("checkout")).hasSize(2);
              boolean reactive =
                  !List.of("reactor", "org.springframework.web.reactive").contains(packageName);
              assertThat(context.getBeansOfType(SliceReactiveDiscoveryClient.class))
                  .hasSize(reactive ? 1 : 0);
            });
  }

  @Test
  void classesThatAreMissingTakeOnlyTheirPartAway() {
    runner
        .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
        .run(context -> assertThat(context).doesNotHaveBean("slicewiseReadyAnnouncement"));
    runner
        .withClassLoader(new FilteredClassLoader(Flux.class))
        .run(context -> assertThat(context).doesNotHaveBean(SliceReactiveDiscoveryClient.class));
    runner
        .withClassLoader(new FilteredClassLoader(ManagedChannelBuilder.class))
        .run(context -> assertThat(context).doesNotHaveBean("slicewiseChannels"));
  }

  @Test
  void itStandsAmongOtherDiscoveryClientsWhereItIsTold() {
    runner
        .withPropertyValues("slicewise.discovery.order=-5")
        .run(
            context -> {
              CompositeDiscoveryClient all = context.getBean(CompositeDiscoveryClient.class);
              assertThat(all.getDiscoveryClients())
                  .hasSize(2)
                  .first()
                  .isInstanceOf(SliceDiscoveryClient.class);
              assertThat(context).hasSingleBean(ReactiveCompositeDiscoveryClient.class);
            });
    runner
        .withPropertyValues("slicewise.discovery.order=5")
        .run(
            context ->
                assertThat(context.getBean(CompositeDiscoveryClient.class).getDiscoveryClients())
                    .last()
                    .isInstanceOf(SliceDiscoveryClient.class));
  }

  @Test
  void anotherDiscoveryClientIsAskedForWhatTheClusterDoesNotHave() {
    runner
        .withPropertyValues(
            "spring.cloud.discovery.client.simple.instances.legacy[0].uri=http://old:80")
        .run(
            context -> {
              DiscoveryClient client = context.getBean(CompositeDiscoveryClient.class);
              assertThat(client.getInstances("legacy"))
                  .extracting(instance -> instance.getHost())
                  .containsExactly("old");
              assertThat(client.getServices()).contains("legacy");
            });
  }

  @Test
  void twoContextsInOneProcessDoNotMeet() {
    cluster.service("checkout", "z1");
    try (TestCluster other = new TestCluster()) {
      runner.run(
          first ->
              anywhere
                  .withPropertyValues(other.properties())
                  .run(
                      second -> {
                        assertThat(
                                first.getBean(SliceDiscoveryClient.class).getInstances("checkout"))
                            .hasSize(1);
                        assertThat(
                                second.getBean(SliceDiscoveryClient.class).getInstances("checkout"))
                            .isEmpty();
                      }));
    }
  }

  @Test
  void aChildContextSharesTheDiscoveryOfItsParent() {
    runner.run(
        parent ->
            runner
                .withParent(parent)
                .run(
                    child ->
                        assertThat(child.getBean(ServiceDiscovery.class))
                            .isSameAs(parent.getBean(ServiceDiscovery.class))));
  }

  @Test
  void lazyInitializationAndVirtualThreadsChangeNothing() {
    cluster.service("checkout", "z1");
    runner
        .withInitializer(
            context ->
                context.addBeanFactoryPostProcessor(
                    new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
        .withPropertyValues(
            "spring.threads.virtual.enabled=true", "slicewise.startup.follow=checkout")
        .run(
            context -> {
              assertThat(context.getBean(ServiceWatches.class).all()).hasSize(1);
              assertThat(
                      context
                          .getSourceApplicationContext()
                          .getBeanFactory()
                          .containsSingleton("slicewiseHeartbeat"))
                  .isTrue();
            });
  }

  @Test
  void closingLeavesNoThreadAndNoConnection() {
    cluster.service("checkout", "z1");
    runner.run(
        context -> {
          context.getBean(SliceDiscoveryClient.class).getInstances("checkout");
          context.getBean(SliceDiscoveryClient.class).getServices();
          assertThat(TestCluster.threads()).isNotEmpty();
        });

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              assertThat(TestCluster.threads()).isEqualTo(List.of());
              assertThat(cluster.server().openWatches()).isZero();
            });
  }
}
