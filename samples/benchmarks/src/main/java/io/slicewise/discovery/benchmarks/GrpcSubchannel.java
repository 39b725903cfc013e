package io.slicewise.discovery.benchmarks;

import io.grpc.Attributes;
import io.grpc.ChannelLogger;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.SynchronizationContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A subchannel of gRPC that goes nowhere and is ready as soon as it is asked to connect. */
final class GrpcSubchannel extends LoadBalancer.Subchannel {

  static final ChannelLogger SILENT =
      new ChannelLogger() {
        @Override
        public void log(ChannelLogLevel level, String message) {}

        @Override
        public void log(ChannelLogLevel level, String format, Object... arguments) {}
      };

  private final SynchronizationContext context;
  private final List<EquivalentAddressGroup> addresses;
  private final Attributes attributes;
  private LoadBalancer.@Nullable SubchannelStateListener listener;

  GrpcSubchannel(
      SynchronizationContext context,
      List<EquivalentAddressGroup> addresses,
      Attributes attributes) {
    this.context = context;
    this.addresses = addresses;
    this.attributes = attributes;
  }

  @Override
  public void start(LoadBalancer.SubchannelStateListener stateListener) {
    listener = stateListener;
  }

  @Override
  public void requestConnection() {
    LoadBalancer.SubchannelStateListener known = listener;
    if (known != null) {
      ConnectivityStateInfo ready = ConnectivityStateInfo.forNonError(ConnectivityState.READY);
      context.execute(() -> known.onSubchannelState(ready));
    }
  }

  @Override
  public void shutdown() {}

  @Override
  public void updateAddresses(List<EquivalentAddressGroup> unchanged) {}

  @Override
  public List<EquivalentAddressGroup> getAllAddresses() {
    return addresses;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public ChannelLogger getChannelLogger() {
    return SILENT;
  }
}
