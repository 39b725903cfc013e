package io.slicewise.discovery.grpc;

import io.grpc.BindableService;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerCredentials;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.FakeClock;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** An API server, a Service shop/echo of real gRPC servers, and channels to it. */
final class Cluster implements AutoCloseable {

  final EmbeddedApiServer api = EmbeddedApiServer.start();
  final Servers servers = new Servers();
  final ServiceDiscovery discovery;
  private final Path directory;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private SimulatedService service;

  Cluster() {
    this(builder -> builder);
  }

  /** One whose discovery waits by a clock that stands still. */
  Cluster(FakeClock clock, UnaryOperator<ServiceDiscoveryBuilder> options) {
    this(
        builder ->
            options.apply(
                builder.scheduler(clock).listenerExecutor(clock).clock(clock::nanoTime, clock)));
  }

  Cluster(UnaryOperator<ServiceDiscoveryBuilder> options) {
    try {
      directory = Files.createTempDirectory("slicewise");
      discovery =
          options
              .apply(
                  ServiceDiscovery.builder()
                      .cluster(ClusterConfig.kubeconfig(api.writeKubeconfig(directory)))
                      .namespace("shop")
                      .connectJitter(Duration.ZERO)
                      .findCallers(false))
              .build();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the kubeconfig is, and what else a test puts there. */
  Path directory() {
    return directory;
  }

  /** The Service; its port is that of the first server. */
  SimulatedService service() {
    if (service == null) {
      service = api.cluster().service("shop", "echo").port("grpc", servers.port());
    }
    return service;
  }

  /** Starts a server and makes it an endpoint. */
  SimulatedPod pod(String address, String zone) {
    servers.start(address);
    return list(address, zone);
  }

  /** Makes a server that was started before an endpoint. */
  SimulatedPod list(String address, String zone) {
    return service().addPod("pod-" + address.replace('.', '-'), address, zone);
  }

  /** Starts a server of other services and makes it an endpoint. */
  SimulatedPod pod(
      String address, String zone, ServerCredentials credentials, BindableService... services) {
    servers.serve(address, credentials, services);
    return service().addPod("pod-" + address.replace('.', '-'), address, zone);
  }

  /** Starts so many servers 127.{@code net}.0.1 and so on in a zone. */
  void pods(int net, int count, String zone) {
    for (int i = 1; i <= count; i++) {
      pod("127." + net + "." + i / 200 + "." + (i % 200 + 1), zone);
    }
  }

  SimulatedPod pod(String address) {
    return service().pod("pod-" + address.replace('.', '-'));
  }

  ManagedChannel channel() {
    return channel(ZoneAwareConfig.DEFAULTS);
  }

  ManagedChannel channel(ZoneAwareConfig config) {
    return keep(
        SlicewiseGrpc.channel(
                "k8s:///echo.shop:grpc",
                InsecureChannelCredentials.create(),
                discovery,
                WatchOptions.DEFAULTS,
                config)
            .build());
  }

  /** A channel of any builder with our resolver and a service config of its own. */
  ManagedChannel channel(ManagedChannelBuilder<?> builder, Map<String, ?> serviceConfig) {
    return keep(
        builder
            .setNameResolverArg(SlicewiseGrpc.DISCOVERY, discovery)
            .defaultServiceConfig(serviceConfig)
            .build());
  }

  ManagedChannel keep(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  /** Closes all channels, and waits until they are. */
  void closeChannels() {
    channels.forEach(ManagedChannel::shutdownNow);
    for (ManagedChannel channel : channels) {
      try {
        channel.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    closeChannels();
    discovery.close();
    servers.close();
    api.close();
    try (var files = Files.walk(directory)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
