package io.slicewise.discovery.http;

import okhttp3.Call;
import okhttp3.EventListener;

/** Hands the cancellation of the application's call on to what is done for it at the moment. */
final class CancelRelay extends EventListener {

  private final Call call;
  private volatile Runnable action = () -> {};

  private CancelRelay(Call call) {
    this.call = call;
  }

  static CancelRelay of(Call call) {
    CancelRelay relay = new CancelRelay(call);
    call.addEventListener(relay);
    return relay;
  }

  /** What to do when the call is cancelled, from now on; done at once if it has been. */
  void onCancel(Runnable action) {
    this.action = action;
    if (call.isCanceled()) {
      action.run();
    }
  }

  boolean isCanceled() {
    return call.isCanceled();
  }

  @Override
  public void canceled(Call call) {
    action.run();
  }
}
