package io.slicewise.discovery.benchmarks;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.endpoint.EndpointGroup;
import com.linecorp.armeria.client.endpoint.EndpointSelectionStrategy;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A static {@link EndpointGroup} of Armeria. One operation is {@code selectNow} for a request's
 * context, which is always the same one; connections come later in Armeria and are not included.
 */
@State(Scope.Benchmark)
public abstract class ArmeriaPeer extends PeerEndpoints {

  private final EndpointSelectionStrategy strategy;
  private final ClientRequestContext context =
      ClientRequestContext.of(HttpRequest.of(HttpMethod.GET, "/"));
  private EndpointGroup group = EndpointGroup.of();

  ArmeriaPeer(EndpointSelectionStrategy strategy) {
    this.strategy = strategy;
  }

  /** Fills the group. */
  @Setup
  @Override
  public void fill() {
    List<InetSocketAddress> addresses = addresses();
    List<Endpoint> members = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      InetSocketAddress address = addresses.get(i);
      members.add(Endpoint.of(address.getHostString(), address.getPort()).withWeight(weight(i)));
    }
    group = EndpointGroup.of(strategy, members);
  }

  final Endpoint pick() {
    return Objects.requireNonNull(group.selectNow(context));
  }

  /** Each in its turn; weights are not looked at. */
  public static class RoundRobin extends ArmeriaPeer {

    /** Creates the state; JMH calls this. */
    public RoundRobin() {
      super(EndpointSelectionStrategy.roundRobin());
    }
  }

  /** Each in its turn, the heavier ones more often. */
  public static class WeightedRoundRobin extends ArmeriaPeer {

    /** Creates the state; JMH calls this. */
    public WeightedRoundRobin() {
      super(EndpointSelectionStrategy.weightedRoundRobin());
    }
  }
}
