package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our policy under somebody else's resolver, which pushes addresses, attributes and configs. */
@Timeout(60)
class ForeignResolverTest {

  private final Cluster cluster = new Cluster();
  private final Pushing resolver = new Pushing();
  private final Set<String> sick = ConcurrentHashMap.newKeySet();
  private final List<String> addresses = new ArrayList<>();

  @BeforeEach
  void startServers() {
    for (int i = 1; i <= 3; i++) {
      String address = "127.1.0." + i;
      addresses.add(address);
      cluster.servers.start(address, text -> answer(address));
    }
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private String answer(String address) {
    if (sick.contains(address)) {
      throw Status.UNAVAILABLE.withDescription("sick").asRuntimeException();
    }
    return address;
  }

  private List<EquivalentAddressGroup> groups(Attributes first) {
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    for (String address : addresses) {
      groups.add(
          new EquivalentAddressGroup(
              new InetSocketAddress(address, cluster.servers.port()),
              groups.isEmpty() ? first : Attributes.EMPTY));
    }
    return groups;
  }

  private ManagedChannel channel() {
    NameResolverRegistry registry = new NameResolverRegistry();
    registry.register(resolver);
    ManagedChannel channel =
        cluster.keep(
            Grpc.newChannelBuilder("pushed:///echo", InsecureChannelCredentials.create(), registry)
                .build());
    assertThat(channel.getState(true)).isNotNull();
    return channel;
  }

  private static Map<String, Object> policy(String name, Map<String, ?> config) {
    return Map.of("loadBalancingConfig", List.of(Map.of(name, config)));
  }

  /** Ejects who fails most of ten calls, for about two seconds. */
  private static Map<String, Object> detection(String child) {
    Map<String, Object> outlier = new HashMap<>(OutlierDetectionTest.quick());
    outlier.put("baseEjectionTime", "2s");
    outlier.put("maxEjectionTime", "2s");
    outlier.put("childPolicy", List.of(Map.of(child, Map.of())));
    return policy("outlier_detection_experimental", outlier);
  }

  private static Map<String, Integer> calls(ManagedChannel channel, int times) {
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < times; i++) {
      String answer;
      try {
        answer = Echo.call(channel);
      } catch (StatusRuntimeException e) {
        answer = e.getMessage();
      }
      answers.merge(answer, 1, Integer::sum);
    }
    return answers;
  }

  /** gRPC's outlier detection throws when it is asked for a connection to who is ejected. */
  @Test
  void takingOverWhileAnAddressIsEjectedCostsNothingButThatAddress() throws Exception {
    ManagedChannel channel = channel();
    sick.add("127.1.0.3");
    resolver.push(groups(Attributes.EMPTY), detection("round_robin"));
    await().until(() -> calls(channel, 30).keySet().equals(Set.of("127.1.0.1", "127.1.0.2")));

    resolver.push(groups(Attributes.EMPTY), detection(SlicewiseGrpc.POLICY));

    assertThat(calls(channel, 30).keySet()).isSubsetOf("127.1.0.1", "127.1.0.2");
    sick.clear();
    await().until(() -> calls(channel, 30).containsKey("127.1.0.3"));
  }

  @Test
  void healthCheckingThatBeginsWhileAnAddressIsEjectedCostsNothingButThatAddress()
      throws Exception {
    ManagedChannel channel = channel();
    sick.add("127.1.0.3");
    resolver.push(groups(Attributes.EMPTY), detection(SlicewiseGrpc.POLICY));
    await().until(() -> calls(channel, 30).keySet().equals(Set.of("127.1.0.1", "127.1.0.2")));

    Map<String, Object> checking = new HashMap<>(detection(SlicewiseGrpc.POLICY));
    checking.put("healthCheckConfig", Map.of("serviceName", "echo"));
    resolver.push(groups(Attributes.EMPTY), checking);

    // These servers have no health service, and so are taken to be well.
    assertThat(calls(channel, 30).keySet()).isSubsetOf("127.1.0.1", "127.1.0.2");
    sick.clear();
    await().until(() -> calls(channel, 30).containsKey("127.1.0.3"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, 1e308})
  void aWeightThatCannotBeIsTakenForOne(double weight) throws Exception {
    ManagedChannel channel = channel();
    Attributes heavy = Attributes.newBuilder().set(EndpointAttributes.WEIGHT, weight).build();
    resolver.push(groups(heavy), policy(SlicewiseGrpc.POLICY, Map.of("strategy", "roundRobin")));
    await().until(() -> calls(channel, 6).size() == 3);

    assertThat(calls(channel, 30))
        .isEqualTo(Map.of("127.1.0.1", 10, "127.1.0.2", 10, "127.1.0.3", 10));
  }

  /** A pod that is unready for a moment leaves the list, and comes back. */
  @Test
  void whoIsBackSoonIsNotNew() throws Exception {
    ManagedChannel channel = channel();
    Map<String, Object> config =
        policy(SlicewiseGrpc.POLICY, Map.of("strategy", "roundRobin", "slowStart", "600s"));
    List<EquivalentAddressGroup> all = groups(Attributes.EMPTY);
    resolver.push(all.subList(0, 2), config);
    await().until(() -> calls(channel, 6).size() == 2);
    resolver.push(all, config);
    await().until(() -> calls(channel, 30).size() == 3);
    assertThat(calls(channel, 210).get("127.1.0.3")).isLessThan(20); // it is new

    resolver.push(all.subList(1, 3), config);
    await().until(() -> !calls(channel, 6).containsKey("127.1.0.1"));
    resolver.push(all, config);

    await().until(() -> calls(channel, 30).containsKey("127.1.0.1"));
    assertThat(calls(channel, 210).get("127.1.0.1")).isBetween(90, 110);
  }

  /** A resolver that says what it is told to. */
  private static final class Pushing extends NameResolverProvider {

    private final CompletableFuture<NameResolver.Listener2> listener = new CompletableFuture<>();
    private volatile NameResolver.Args args;

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }

    @Override
    public String getDefaultScheme() {
      return "pushed";
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return List.of(InetSocketAddress.class);
    }

    @Override
    public NameResolver newNameResolver(URI uri, NameResolver.Args given) {
      args = given;
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return "echo";
        }

        @Override
        public void start(Listener2 told) {
          listener.complete(told);
        }

        @Override
        public void shutdown() {}
      };
    }

    void push(List<EquivalentAddressGroup> groups, Map<String, ?> config) throws Exception {
      NameResolver.Listener2 told = listener.get(10, TimeUnit.SECONDS);
      CompletableFuture<Status> done = new CompletableFuture<>();
      args.getSynchronizationContext()
          .execute(
              () ->
                  done.complete(
                      told.onResult2(
                          NameResolver.ResolutionResult.newBuilder()
                              .setAddressesOrError(StatusOr.fromValue(groups))
                              .setServiceConfig(
                                  args.getServiceConfigParser().parseServiceConfig(config))
                              .build())));
      assertThat(done.get(10, TimeUnit.SECONDS).isOk()).isTrue();
    }
  }
}
