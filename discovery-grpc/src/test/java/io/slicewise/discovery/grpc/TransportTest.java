package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.EquivalentAddressGroup;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.StatusOr;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.inprocess.InProcessSocketAddress;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same resolver and the same policy over every transport that gRPC has. */
@Timeout(60)
class TransportTest {

  private static final String TARGET = "k8s:///echo.shop:grpc";

  /** In zone {@code a}, where all calls are to stay while there is an endpoint. */
  private static final ZoneAwareConfig IN_ZONE_A =
      ZoneAwareConfig.DEFAULTS
          .withTolerance(10)
          .inZone("a")
          .withCallers(Map.of("a", 0.5, "b", 0.5));

  /** Made by name: on a class path with many, gRPC itself takes the first. */
  enum Transport {
    NETTY {
      @Override
      ManagedChannelBuilder<?> builder(ChannelCredentials credentials) {
        return NettyChannelBuilder.forTarget(TARGET, credentials);
      }
    },
    NETTY_SHADED {
      @Override
      ManagedChannelBuilder<?> builder(ChannelCredentials credentials) {
        return io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder.forTarget(
            TARGET, credentials);
      }
    },
    OKHTTP {
      @Override
      ManagedChannelBuilder<?> builder(ChannelCredentials credentials) {
        return OkHttpChannelBuilder.forTarget(TARGET, credentials);
      }
    };

    abstract ManagedChannelBuilder<?> builder(ChannelCredentials credentials);
  }

  private static Set<String> answers(ManagedChannel channel, int calls) {
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < calls; i++) {
      answers.add(Echo.call(channel));
    }
    return answers;
  }

  private static void pod(
      Cluster cluster, String address, String zone, ServerCredentials credentials) {
    cluster.pod(address, zone, credentials, Echo.service(text -> address));
  }

  /** Returns a channel of which the calls go to the two endpoints of its zone. */
  private static ManagedChannel inItsZone(
      Cluster cluster, Transport transport, ServerCredentials serving, ChannelCredentials calling) {
    pod(cluster, "127.1.0.1", "a", serving);
    pod(cluster, "127.1.0.2", "a", serving);
    pod(cluster, "127.2.0.1", "b", serving);
    pod(cluster, "127.2.0.2", "b", serving);
    ManagedChannel channel =
        cluster.channel(transport.builder(calling), SlicewiseGrpc.serviceConfig(IN_ZONE_A));
    await().until(() -> answers(channel, 50).equals(Set.of("127.1.0.1", "127.1.0.2")));
    return channel;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void callsFollowTheZoneInPlainText(Transport transport) {
    ServerCredentials serving = InsecureServerCredentials.create();
    try (Cluster cluster = new Cluster()) {
      ManagedChannel channel =
          inItsZone(cluster, transport, serving, InsecureChannelCredentials.create());

      pod(cluster, "127.1.0.3", "a", serving);
      await().until(() -> answers(channel, 50).contains("127.1.0.3"));
      assertThat(answers(channel, 200)).allMatch(server -> server.startsWith("127.1."));

      cluster
          .service()
          .batch(
              () -> {
                for (SimulatedPod each : cluster.service().pods()) {
                  each.ready(!"a".equals(each.zone()));
                }
              });
      await().until(() -> answers(channel, 50).equals(Set.of("127.2.0.1", "127.2.0.2")));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void theCertificateIsThatOfTheService(Transport transport) {
    Tls tls = Tls.of("echo.shop.svc");
    try (Cluster cluster = new Cluster()) {
      ManagedChannel channel = inItsZone(cluster, transport, tls.server(), tls.client());

      assertThat(channel.authority()).isEqualTo("echo.shop.svc");
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aCertificateOfThePodIsRefused(Transport transport) {
    Tls tls = Tls.of("127.1.0.1");
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1", "a", tls.server());
      ManagedChannel channel =
          cluster.channel(
              transport.builder(tls.client()),
              SlicewiseGrpc.serviceConfig(ZoneAwareConfig.DEFAULTS));

      assertThatThrownBy(() -> Echo.call(channel))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining(": none of 1 endpoints can be reached: ");
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void theCertificateIsThatOfTheAuthorityWhereOneIsGiven(Transport transport) {
    Tls tls = Tls.of("echo.example.org");
    try (Cluster cluster = new Cluster()) {
      pod(cluster, "127.1.0.1", "a", tls.server());
      ManagedChannel channel =
          cluster.channel(
              transport.builder(tls.client()).overrideAuthority("echo.example.org"),
              SlicewiseGrpc.serviceConfig(ZoneAwareConfig.DEFAULTS));

      assertThat(Echo.call(channel)).isEqualTo("127.1.0.1");
    }
  }

  /** A resolver that is not ours: names of servers in this process, with zones. */
  private static final class InProcess extends NameResolverProvider {
    private final Map<String, String> zones = new TreeMap<>();
    private final Set<Resolving> resolving = ConcurrentHashMap.newKeySet();

    private final class Resolving extends NameResolver {
      private Listener2 listener;
      private Args args;

      Resolving(Args args) {
        this.args = args;
      }

      @Override
      public String getServiceAuthority() {
        return "in-process";
      }

      @Override
      public void start(Listener2 newListener) {
        listener = newListener;
        resolving.add(this);
        tell();
      }

      void tell() {
        List<EquivalentAddressGroup> groups = new ArrayList<>();
        zones.forEach(
            (name, zone) ->
                groups.add(
                    new EquivalentAddressGroup(
                        new InProcessSocketAddress(name),
                        Attributes.newBuilder()
                            .set(EquivalentAddressGroup.ATTR_LOCALITY_NAME, zone)
                            .build())));
        args.getSynchronizationContext()
            .execute(
                () ->
                    assertThat(
                            listener
                                .onResult2(
                                    ResolutionResult.newBuilder()
                                        .setAddressesOrError(StatusOr.fromValue(groups))
                                        .build())
                                .isOk())
                        .isTrue());
      }

      @Override
      public void shutdown() {
        resolving.remove(this);
      }
    }

    @Override
    public NameResolver newNameResolver(URI uri, NameResolver.Args args) {
      return "zones".equals(uri.getScheme()) ? new Resolving(args) : null;
    }

    @Override
    public String getDefaultScheme() {
      return "zones";
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 4;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return List.of(InProcessSocketAddress.class);
    }
  }

  @Test
  void thePolicyNeedsNoMoreOfAResolverThanZones() throws IOException {
    InProcess names = new InProcess();
    List<Server> servers = new ArrayList<>();
    for (String name : List.of("a1", "a2", "b1", "b2")) {
      names.zones.put(name, name.substring(0, 1));
      servers.add(
          InProcessServerBuilder.forName(name)
              .addService(Echo.service(text -> name))
              .build()
              .start());
    }
    NameResolverRegistry.getDefaultRegistry().register(names);
    ManagedChannel channel =
        InProcessChannelBuilder.forTarget("zones:///any")
            .defaultServiceConfig(SlicewiseGrpc.serviceConfig(IN_ZONE_A))
            .build();
    try {
      await().until(() -> answers(channel, 50).equals(Set.of("a1", "a2")));

      names.zones.remove("a1");
      names.resolving.forEach(InProcess.Resolving::tell);
      await().until(() -> answers(channel, 50).equals(Set.of("a2")));

      names.zones.put("a2", "b");
      names.resolving.forEach(InProcess.Resolving::tell);
      await().until(() -> answers(channel, 50).equals(Set.of("a2", "b1", "b2")));
    } finally {
      channel.shutdownNow();
      NameResolverRegistry.getDefaultRegistry().deregister(names);
      servers.forEach(Server::shutdownNow);
    }
  }
}
