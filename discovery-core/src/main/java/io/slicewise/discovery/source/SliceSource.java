package io.slicewise.discovery.source;

/**
 * Somewhere that EndpointSlices can be listed and watched, normally an API server.
 *
 * <p>Implementations carry out single exchanges and never repeat, pause or remember anything about
 * them; credentials are theirs alone. Thread safe.
 */
public interface SliceSource extends AutoCloseable {

  /**
   * Starts one exchange and returns at once. What happens is told to {@code handler}, serially, on
   * a thread of the source, and possibly before this method returns.
   */
  Exchange start(SliceRequest request, SliceHandler handler);

  /** A short name of where this source reads, for logs: {@code https://10.0.0.1:6443}. */
  String describe();

  /** Cancels what runs and frees all threads and sockets; idempotent and non-blocking. */
  @Override
  void close();

  /** An exchange under way. */
  interface Exchange {

    /**
     * Ends the exchange soon; its handler hears of a {@link ExchangeEnd.Kind#CANCELLED} end unless
     * it ended before. Idempotent, non-blocking, from any thread.
     */
    void cancel();
  }
}
