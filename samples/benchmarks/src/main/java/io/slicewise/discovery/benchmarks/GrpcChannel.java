package io.slicewise.discovery.benchmarks;

import io.grpc.ChannelLogger;
import io.grpc.ConnectivityState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
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

  /** Runs a task in the context, with all that comes of it, also if the timer is just in there. */
  void run(Runnable task) {
    context.execute(task);
    FutureTask<?> after = new FutureTask<>(() -> {}, null);
    context.execute(after);
    try {
      after.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public LoadBalancer.Subchannel createSubchannel(LoadBalancer.CreateSubchannelArgs args) {
    return new GrpcSubchannel(context, args.getAddresses(), args.getAttributes());
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
  public ChannelLogger getChannelLogger() {
    return GrpcSubchannel.SILENT;
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
