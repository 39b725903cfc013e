package io.slicewise.discovery.samples.grpc;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.grpc.SlicewiseGrpc;
import io.slicewise.discovery.grpc.ZoneAwareConfig;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The channel to the Service: Slicewise picks a pod for each call, gRPC retries. */
final class CheckoutChannel {

  /**
   * How long a connection with calls on it may be silent before it is probed; one that is dead
   * fails 20 s later. A node that loses its network says no goodbye, and a stream that only listens
   * would never notice. Servers have to permit it: by default they end connections that are probed
   * so often.
   */
  static final Duration PROBE = Duration.ofSeconds(30);

  /**
   * How a call ends that found its server gone. UNKNOWN is what grpc-netty makes of a write to a
   * connection that has just been closed (grpc-java issue 10120).
   */
  private static final Set<Status.Code> GONE =
      Collections.unmodifiableSet(EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.UNKNOWN));

  /**
   * What may be sent again, and when. Without it gRPC repeats only those calls of which it knows
   * that no server has seen them; one that a server took before it was killed would fail.
   */
  private static final Map<String, ?> RETRY =
      Map.of(
          "name",
          List.of(Map.of("service", CheckoutGrpc.SERVICE_NAME)),
          "retryPolicy",
          Map.of(
              "maxAttempts",
              4.0,
              "initialBackoff",
              "0.02s",
              "maxBackoff",
              "0.5s",
              "backoffMultiplier",
              2.0,
              "retryableStatusCodes",
              GONE.stream().map(Enum::name).toList()));

  private CheckoutChannel() {}

  /** Whether a stream has ended because its server is gone. */
  static boolean isGone(Status status) {
    return GONE.contains(status.getCode());
  }

  /**
   * Opens a channel.
   *
   * @param target {@code k8s:///service.namespace:port}
   * @param zones how calls spread; {@link ZoneAwareConfig#DEFAULTS} unless there is a reason
   */
  static ManagedChannel open(String target, ServiceDiscovery discovery, ZoneAwareConfig zones) {
    // region readme
    Map<String, Object> serviceConfig = new HashMap<>(SlicewiseGrpc.serviceConfig(zones));
    serviceConfig.put("methodConfig", List.of(RETRY));
    return SlicewiseGrpc.channel(target, InsecureChannelCredentials.create(), discovery)
        .defaultServiceConfig(serviceConfig)
        .keepAliveTime(PROBE.toSeconds(), TimeUnit.SECONDS)
        .build();
    // endregion
  }
}
