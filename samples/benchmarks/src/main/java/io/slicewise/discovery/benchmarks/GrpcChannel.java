package io.slicewise.discovery.benchmarks;

import io.grpc.ConnectivityState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a policy of gRPC sees of its channel: one without a network, whose subchannels are ready.
 */
final class GrpcChannel extends LoadBalancer.Helper implements AutoCloseable {

  private final SynchronizationContext context =
      new SynchronizationContext(
          (thread, failure) -> {
            throw new IllegalStateException(failure);
          });
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "grpc-timer");
            thread.setDaemon(true);
            return thread;
          });
  private volatile LoadBalancer.SubchannelPicker picker =
      new LoadBalancer.FixedResultPicker(LoadBalancer.PickResult.withNoResult());

  /** Returns the picker that was published last. */
  LoadBalancer.SubchannelPicker picker() {
    return picker;
  }

  @Override
  public LoadBalancer.Subchannel createSubchannel(LoadBalancer.CreateSubchannelArgs args) {
    return new GrpcSubchannel(args.getAddresses(), args.getAttributes());
  }

  @Override
  public void updateBalancingState(
      ConnectivityState state, LoadBalancer.SubchannelPicker published) {
    picker = published;
  }

  @Override
  public SynchronizationContext getSynchronizationContext() {
    return context;
  }

  @Override
  public ScheduledExecutorService getScheduledExecutorService() {
    return timer;
  }

  @Override
  public String getAuthority() {
    return Fleet.SERVICE;
  }

  @Override
  public String getChannelTarget() {
    return Fleet.SERVICE;
  }

  @Override
  public ManagedChannel createOobChannel(EquivalentAddressGroup addresses, String authority) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
