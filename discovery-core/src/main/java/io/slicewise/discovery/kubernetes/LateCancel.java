package io.slicewise.discovery.kubernetes;

import java.util.concurrent.CancellationException;
import okhttp3.Call;
import okhttp3.EventListener;

/**
 * Ends a call that was cancelled between its TCP connection and its TLS handshake.
 *
 * <p>OkHttp 5.4.0 has no plan to cancel at that moment and takes a second cancel for done, so that
 * the handshake with a frozen server would go on until the read timeout. When this event comes the
 * handshake can be cancelled again; what was cancelled before is stopped here.
 */
final class LateCancel extends EventListener {

  /**
   * Returns the application's listener, or one of these where it has none. OkHttp 4.12, which is
   * what Spring Cloud's BOM gives, has no way to have both, and no need of this.
   */
  static EventListener unlessListening(EventListener listener) {
    return listener == EventListener.NONE ? new LateCancel() : listener;
  }

  @Override
  public void secureConnectStart(Call call) {
    if (call.isCanceled()) {
      throw new CancellationException("cancelled before the TLS handshake");
    }
  }
}
