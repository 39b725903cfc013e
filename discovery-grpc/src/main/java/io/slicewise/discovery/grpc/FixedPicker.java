package io.slicewise.discovery.grpc;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Status;

/** Gives every call the same answer while no connection is ready: to wait, or an error. */
final class FixedPicker extends SubchannelPicker {

  private final PickResult result;

  private FixedPicker(PickResult result) {
    this.result = result;
  }

  /** Has calls wait for a connection. */
  static FixedPicker waiting() {
    return new FixedPicker(PickResult.withNoResult());
  }

  /** Fails calls, except those that wait for a connection however long it takes. */
  static FixedPicker failing(Status status) {
    return new FixedPicker(PickResult.withError(status));
  }

  /** Whether the other one gives the same answer. */
  boolean isSame(SubchannelPicker other) {
    if (!(other instanceof FixedPicker that)) {
      return false;
    }
    Status mine = result.getStatus();
    Status theirs = that.result.getStatus();
    return mine.getCode() == theirs.getCode()
        && String.valueOf(mine.getDescription()).equals(String.valueOf(theirs.getDescription()));
  }

  @Override
  public PickResult pickSubchannel(PickSubchannelArgs args) {
    return result;
  }

  @Override
  public String toString() {
    return "FixedPicker[" + result.getStatus().getCode() + "]";
  }
}
