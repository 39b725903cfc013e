package io.slicewise.discovery.spring.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.TestCluster;
import io.slicewise.discovery.spring.client.SliceDiscoveryClient;
import io.slicewise.discovery.spring.client.SlicewiseDiscoveryClientAutoConfiguration;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.grpc.client.ClientInterceptorsConfigurer;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.grpc.client.NettyGrpcChannelFactory;

/** Spring gRPC's channels to a Service of real gRPC servers. */
class SpringGrpcTest {

  private static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
          return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final MethodDescriptor<String, String> CALL =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("slicewise.test.Echo/Call")
          .setRequestMarshaller(TEXT)
          .setResponseMarshaller(TEXT)
          .build();

  private final TestCluster cluster = new TestCluster();
  private final List<Server> servers = new ArrayList<>();
  private SimulatedService echo;

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  SslAutoConfiguration.class,
                  GrpcClientAutoConfiguration.class,
                  SlicewiseAutoConfiguration.class,
                  SlicewiseDiscoveryClientAutoConfiguration.class,
                  SlicewiseGrpcAutoConfiguration.class))
          .withPropertyValues(
              cluster.properties(
                  "slicewise.zone=z1", "spring.grpc.client.channel.echo.target=k8s:///echo:grpc"));

  @BeforeEach
  void serve() throws IOException {
    pod("127.61.0.1", "z1");
    pod("127.61.0.2", "z2");
    pod("127.61.0.3", "z2");
    pod("127.61.0.4", "z2");
  }

  private void pod(String address, String zone) throws IOException {
    int port = servers.isEmpty() ? 0 : servers.get(0).getPort();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(address, port))
            .addService(
                ServerServiceDefinition.builder("slicewise.test.Echo")
                    .addMethod(
                        CALL,
                        ServerCalls.asyncUnaryCall(
                            (request, answer) -> {
                              answer.onNext(address);
                              answer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
    servers.add(server);
    if (echo == null) {
      echo = cluster.server().cluster().service("shop", "echo").port("grpc", server.getPort());
    }
    echo.addPod("echo-" + servers.size(), address, zone);
  }

  @AfterEach
  void close() {
    servers.forEach(Server::shutdownNow);
    cluster.close();
  }

  private static String call(Channel channel) {
    return ClientCalls.blockingUnaryCall(channel, CALL, CallOptions.DEFAULT, "hello");
  }

  /** Waits until every pod has answered, and then tells who answers how many of so many calls. */
  private static Map<String, Integer> spread(Channel channel, int pods, int calls) {
    Map<String, Integer> seen = new TreeMap<>();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              for (int i = 0; i < 20; i++) {
                seen.merge(call(channel), 1, Integer::sum);
              }
              return seen.size() == pods;
            });
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < calls; i++) {
      answers.merge(call(channel), 1, Integer::sum);
    }
    return answers;
  }

  @Test
  void aNamedChannelAndTheDiscoveryClientShareOneStream() {
    runner.run(
        context -> {
          Channel channel = context.getBean(GrpcChannelFactory.class).createChannel("echo");
          assertThat(spread(channel, 4, 0)).isEmpty();
          assertThat(context.getBean(SliceDiscoveryClient.class).getInstances("echo")).hasSize(4);

          assertThat(cluster.server().requests()).filteredOn(RecordedRequest::isWatch).hasSize(1);
          assertThat(channel.authority()).isEqualTo("echo.shop.svc");
        });
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(TestCluster.threads()).isEqualTo(List.of()));
  }

  @Test
  void everySpellingOfATargetIsTaken() {
    runner.run(
        context -> {
          GrpcChannelFactory factory = context.getBean(GrpcChannelFactory.class);
          for (String target :
              List.of(
                  "k8s:///echo.shop:grpc",
                  "kubernetes:///echo.shop:grpc",
                  "k8s://shop/echo:grpc",
                  "k8s:///echo",
                  "k8s:echo.shop:grpc")) {
            assertThat(spread(factory.createChannel(target), 4, 0)).as(target).isEmpty();
          }
          assertThat(cluster.server().requests()).filteredOn(RecordedRequest::isWatch).hasSize(1);
        });
  }

  @Test
  void callsKeepToTheirZoneAsFarAsThePropertiesSay() {
    runner.run(
        context -> {
          Channel channel = context.getBean(GrpcChannelFactory.class).createChannel("echo");
          // Callers unknown: 40 % stay at home and the rest goes by capacity, which is 55 % here.
          assertThat(spread(channel, 4, 1_000).get("127.61.0.1")).isBetween(480, 620);
        });
    runner
        .withPropertyValues("slicewise.policy=uniform")
        .run(
            context -> {
              Channel channel = context.getBean(GrpcChannelFactory.class).createChannel("echo");
              assertThat(spread(channel, 4, 1_000).get("127.61.0.1")).isBetween(190, 310);
            });
    runner
        .withPropertyValues("slicewise.services.echo.policy=same-zone")
        .run(
            context -> {
              Channel channel = context.getBean(GrpcChannelFactory.class).createChannel("echo");
              assertThat(spread(channel, 1, 100)).containsOnlyKeys("127.61.0.1");
            });
  }

  @Test
  void aServicesOwnSettingsAreThoseOfItsChannelWhateverItIsCalledBy() {
    runner
        .withPropertyValues(
            "slicewise.services.greeter.service=echo",
            "slicewise.services.greeter.policy=same-zone")
        .run(
            context -> {
              Channel channel =
                  context.getBean(GrpcChannelFactory.class).createChannel("k8s:///echo.shop:grpc");
              assertThat(spread(channel, 1, 100)).containsOnlyKeys("127.61.0.1");
            });
  }

  @Test
  void anApplicationsOwnChoiceOfALoadBalancerStays() {
    runner
        .withPropertyValues(
            "spring.grpc.client.channel.echo.service-config.load-balancing[0]"
                + ".pick-first.shuffle-address-list=true")
        .run(
            context -> {
              Channel channel = context.getBean(GrpcChannelFactory.class).createChannel("echo");
              assertThat(spread(channel, 1, 100)).hasSize(1);
            });
  }

  @Test
  void otherTargetsAreLeftAlone() {
    runner
        .withPropertyValues(
            "spring.grpc.client.channel.fixed.target=static://127.61.0.2:"
                + servers.get(0).getPort())
        .run(
            context -> {
              Channel channel = context.getBean(GrpcChannelFactory.class).createChannel("fixed");
              assertThat(spread(channel, 1, 10)).containsOnlyKeys("127.61.0.2");
              assertThat(context.getBean(SliceChannels.class).serviceConfig("fixed")).isNull();
              assertThat(context.getBean(SliceChannels.class).serviceConfig("dns:///a")).isNull();
              assertThat(cluster.server().requests()).isEmpty();
            });
  }

  @Test
  void springGrpcWithoutBootsClientModuleWorksTheSame() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                SlicewiseAutoConfiguration.class, SlicewiseGrpcAutoConfiguration.class))
        .withPropertyValues(cluster.properties())
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.grpc"))
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean(GrpcChannelFactory.class);
              @SuppressWarnings("unchecked")
              GrpcChannelBuilderCustomizer<NettyChannelBuilder> customizer =
                  context.getBean(GrpcChannelBuilderCustomizer.class);
              NettyGrpcChannelFactory factory =
                  new NettyGrpcChannelFactory(
                      List.of(customizer), new ClientInterceptorsConfigurer(context));
              try {
                Channel channel = factory.createChannel("k8s:///echo:grpc");
                assertThat(spread(channel, 4, 0)).isEmpty();
              } finally {
                factory.destroy();
              }
              assertThat(cluster.server().requests())
                  .filteredOn(RecordedRequest::isWatch)
                  .hasSize(1);
            });
  }
}
