package io.slicewise.discovery.benchmarks;

import io.servicetalk.client.api.ConnectionFactory;
import io.servicetalk.client.api.DefaultServiceDiscovererEvent;
import io.servicetalk.client.api.LoadBalancer;
import io.servicetalk.client.api.RequestTracker;
import io.servicetalk.client.api.ServiceDiscovererEvent;
import io.servicetalk.concurrent.Cancellable;
import io.servicetalk.concurrent.SingleSource;
import io.servicetalk.concurrent.api.Completable;
import io.servicetalk.concurrent.api.Publisher;
import io.servicetalk.concurrent.api.Single;
import io.servicetalk.concurrent.api.SourceAdapters;
import io.servicetalk.context.api.ContextMap;
import io.servicetalk.loadbalancer.LoadBalancers;
import io.servicetalk.loadbalancer.LoadBalancingPolicies;
import io.servicetalk.loadbalancer.LoadBalancingPolicy;
import io.servicetalk.transport.api.TransportObserver;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * ServiceTalk's {@link LoadBalancer} with its defaults over one connection to each endpoint, every
 * one of which has answered once, half of them slower, so that there are latencies to compare. One
 * operation is {@code selectConnection} with a filter that takes every connection, and the
 * subscription that a call cannot do without: a new subscriber, which is told at once. Operators
 * that a client adds for its request are not included.
 */
@State(Scope.Benchmark)
public abstract class ServiceTalkPeer extends PeerEndpoints {

  private static final int FAST_MILLIS = 10;
  private static final int SLOW_MILLIS = 20;
  private static final int PICKS_FOR_EACH = 1_000;

  private final LoadBalancingPolicy<InetSocketAddress, PeerConnection> policy;
  private final AtomicInteger connected = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // set up before it is used
  private LoadBalancer<PeerConnection> balancer;

  ServiceTalkPeer(LoadBalancingPolicy<InetSocketAddress, PeerConnection> policy) {
    this.policy = policy;
  }

  /** Fills the balancer and picks until every endpoint has its connection. */
  @Setup
  @Override
  public void fill() {
    Collection<ServiceDiscovererEvent<InetSocketAddress>> events =
        List.copyOf(
            addresses().stream()
                .map(
                    address ->
                        new DefaultServiceDiscovererEvent<>(
                            address, ServiceDiscovererEvent.Status.AVAILABLE))
                .toList());
    balancer =
        LoadBalancers.<InetSocketAddress, PeerConnection>builder("peer")
            .loadBalancingPolicy(policy)
            .build()
            .newLoadBalancer(
                Publisher.from(events).concat(Publisher.never()), new Connections(), Fleet.SERVICE);
    for (int i = 0; i < PICKS_FOR_EACH * endpoints && connected.get() < endpoints; i++) {
      PeerConnection unused = pick();
    }
    if (connected.get() != endpoints) {
      throw new IllegalStateException(connected + " endpoints connected");
    }
  }

  /** Ends the balancer and its timer. */
  @TearDown
  public void close() throws Exception {
    balancer.closeAsync().toFuture().get();
  }

  final PeerConnection pick() {
    Choice choice = new Choice();
    SourceAdapters.toSource(balancer.selectConnection(connection -> true, null)).subscribe(choice);
    return Objects.requireNonNull(choice.connection);
  }

  /** Each in its turn. */
  public static class RoundRobin extends ServiceTalkPeer {

    /** Creates the state; JMH calls this. */
    public RoundRobin() {
      super(LoadBalancingPolicies.roundRobin().build());
    }
  }

  /** The better of two at random. */
  public static class TwoChoices extends ServiceTalkPeer {

    /** Creates the state; JMH calls this. */
    public TwoChoices() {
      super(LoadBalancingPolicies.p2c().build());
    }
  }

  /** What waits for the connection of one call. */
  private static final class Choice implements SingleSource.Subscriber<PeerConnection> {

    private @Nullable PeerConnection connection;

    @Override
    public void onSubscribe(Cancellable cancellable) {}

    @Override
    public void onSuccess(@Nullable PeerConnection result) {
      connection = result;
    }

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** Connects at once. */
  private final class Connections implements ConnectionFactory<InetSocketAddress, PeerConnection> {

    @Override
    public Single<PeerConnection> newConnection(
        InetSocketAddress address,
        @Nullable ContextMap context,
        @Nullable TransportObserver observer) {
      RequestTracker tracker =
          Objects.requireNonNull(context).get(RequestTracker.REQUEST_TRACKER_KEY);
      PeerConnection connection = new PeerConnection(address, Objects.requireNonNull(tracker));
      connection.call(connected.getAndIncrement() % 2 == 0 ? FAST_MILLIS : SLOW_MILLIS);
      return Single.succeeded(connection);
    }

    @Override
    public Completable onClose() {
      return Completable.never();
    }

    @Override
    public Completable closeAsync() {
      return Completable.completed();
    }
  }
}
