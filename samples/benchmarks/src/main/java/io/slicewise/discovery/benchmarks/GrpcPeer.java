package io.slicewise.discovery.benchmarks;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancerProvider;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.xds.shaded.com.github.xds.data.orca.v3.OrcaLoadReport;
import io.slicewise.discovery.grpc.EndpointAttributes;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A load balancing policy of gRPC over subchannels that are all ready. One operation is what a
 * channel does for a call: it reads the picker that the policy published last and asks it for a
 * {@link PickResult}. The call itself, with its stream, is not included.
 */
@State(Scope.Benchmark)
public abstract class GrpcPeer extends PeerEndpoints {

  private static final ClientStreamTracer.StreamInfo STREAM =
      ClientStreamTracer.StreamInfo.newBuilder().build();

  private final String policy;
  private final Map<String, ?> config;
  private final Metadata headers = new Metadata();
  private final GrpcPickArgs args = new GrpcPickArgs(headers);
  private final GrpcChannel channel = new GrpcChannel();

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private LoadBalancer balancer;

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private LoadBalancer.ResolvedAddresses all;

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private LoadBalancer.ResolvedAddresses withoutLast;

  private boolean isWhole = true;

  GrpcPeer(String policy, Map<String, ?> config) {
    this.policy = policy;
    this.config = config;
  }

  /** Lets the policy connect to every endpoint. */
  @Setup
  @Override
  public void fill() {
    LoadBalancerProvider provider = provider();
    balancer = provider.newLoadBalancer(channel);
    Object parsed = provider.parseLoadBalancingPolicyConfig(config).getConfig();
    LoadBalancer.ResolvedAddresses resolved =
        LoadBalancer.ResolvedAddresses.newBuilder()
            .setAddresses(groups())
            .setLoadBalancingPolicyConfig(parsed)
            .build();
    withoutLast =
        resolved.toBuilder()
            .setAddresses(resolved.getAddresses().subList(0, endpoints - 1))
            .build();
    all = resolved;
    channel.run(() -> accept(resolved));
    // In the context as a whole, else the policy's timer may weigh when only some have answered.
    channel.run(
        () -> {
          if (answer()) {
            accept(resolved);
          }
        });
  }

  /**
   * Returns the policy itself: that of the lowest priority. For {@code round_robin} the registry
   * would return one of grpc-services around it, which can also follow the health service of its
   * endpoints and copies every result.
   */
  private LoadBalancerProvider provider() {
    return ServiceLoader.load(LoadBalancerProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.getPolicyName().equals(policy))
        .min(Comparator.comparingInt(LoadBalancerProvider::getPriority))
        .orElseThrow();
  }

  private void accept(LoadBalancer.ResolvedAddresses resolved) {
    Status status = balancer.acceptResolvedAddresses(resolved);
    if (!status.isOk()) {
      throw status.asRuntimeException();
    }
  }

  /** Lets endpoints answer before the measurement; returns whether the policy is to know of it. */
  boolean answer() {
    return false;
  }

  /** Returns the endpoints as the policy is told of them. */
  List<EquivalentAddressGroup> groups() {
    return addresses().stream().map(EquivalentAddressGroup::new).toList();
  }

  /** Ends the policy and its timer. */
  @TearDown
  public void close() {
    channel.getSynchronizationContext().execute(balancer::shutdown);
    channel.close();
  }

  final PickResult pick() {
    return channel.picker().pickSubchannel(args);
  }

  /** Has the last endpoint go, or come back; returns the picker that is then published. */
  final LoadBalancer.SubchannelPicker update() {
    isWhole = !isWhole;
    channel.run(() -> accept(isWhole ? all : withoutLast));
    return channel.picker();
  }

  /** Starts and ends a call's stream; returns what the stream keeps to tell the policy of it. */
  final ClientStreamTracer call(PickResult result) {
    ClientStreamTracer tracer = tracer(result);
    tracer.streamCreated(Attributes.EMPTY, headers);
    tracer.streamClosed(Status.OK);
    return tracer;
  }

  final ClientStreamTracer tracer(PickResult result) {
    return Objects.requireNonNull(result.getStreamTracerFactory())
        .newClientStreamTracer(STREAM, headers);
  }

  /** Returns where a call goes. */
  static SocketAddress address(PickResult result) {
    return Objects.requireNonNull(result.getSubchannel()).getAddresses().getAddresses().get(0);
  }

  /** Each in its turn. */
  public static class RoundRobin extends GrpcPeer {

    /** Creates the state; JMH calls this. */
    public RoundRobin() {
      super("round_robin", Map.of());
    }
  }

  /**
   * Each in its turn, but those of less weight are passed over now and then. Every endpoint has
   * reported its load with an answer, which is how the policy comes to weights by default; so each
   * result also holds what will read the report of this call.
   */
  public static class WeightedRoundRobin extends GrpcPeer {

    private static final Metadata.Key<byte[]> REPORT =
        Metadata.Key.of("endpoint-load-metrics-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /** Creates the state; JMH calls this. */
    public WeightedRoundRobin() {
      super("weighted_round_robin", Map.of("blackoutPeriod", "0s"));
    }

    @Override
    boolean answer() {
      List<? extends SocketAddress> addresses = addresses();
      Map<SocketAddress, Integer> numbers = new HashMap<>();
      for (int i = 0; i < addresses.size(); i++) {
        numbers.put(addresses.get(i), i);
      }
      for (int i = 0; i < endpoints; i++) { // without weights each comes once
        PickResult result = pick();
        int number = Objects.requireNonNull(numbers.remove(address(result)));
        OrcaLoadReport report =
            OrcaLoadReport.newBuilder()
                .setApplicationUtilization(1)
                .setRpsFractional(weight(number))
                .build();
        Metadata trailers = new Metadata();
        trailers.put(REPORT, report.toByteArray());
        tracer(result).inboundTrailers(trailers);
      }
      return true;
    }
  }

  /** The one with fewer calls in flight of two at random. */
  public static class LeastRequest extends GrpcPeer {

    /** Creates the state; JMH calls this. */
    public LeastRequest() {
      super("least_request_experimental", Map.of());
    }
  }

  /** {@code round_robin} under outlier detection: every call is watched for its end. */
  public static class OutlierDetection extends GrpcPeer {

    /** Creates the state; JMH calls this. */
    public OutlierDetection() {
      super(
          "outlier_detection_experimental",
          Map.of(
              "successRateEjection",
              Map.of(),
              "childPolicy",
              List.of(Map.of("round_robin", Map.of()))));
    }
  }

  /** Ours without a look at any counter: what fetching a random result costs, and no less. */
  public static class SlicewiseRandom extends Slicewise {

    /** Creates the state; JMH calls this. */
    public SlicewiseRandom() {
      super("random");
    }
  }

  /** Ours: endpoints in three zones, the caller in the first. */
  public static class Slicewise extends GrpcPeer {

    private static final int ZONES = 3;

    /** Creates the state; JMH calls this. */
    public Slicewise() {
      this("twoChoices");
    }

    Slicewise(String strategy) {
      super("slicewise_zone_aware", Map.of("zone", "zone-0", "strategy", strategy));
    }

    @Override
    List<EquivalentAddressGroup> groups() {
      List<? extends SocketAddress> addresses = addresses();
      List<EquivalentAddressGroup> groups = new ArrayList<>();
      for (int i = 0; i < addresses.size(); i++) {
        Attributes attributes =
            Attributes.newBuilder().set(EndpointAttributes.ZONE, "zone-" + i % ZONES).build();
        groups.add(new EquivalentAddressGroup(addresses.get(i), attributes));
      }
      return groups;
    }
  }
}
