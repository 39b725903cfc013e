package io.slicewise.discovery.source;

/**
 * Hears what happens in one exchange. Called on the reader thread, one call at a time; it must
 * return quickly, because a reader that does not read is disconnected by the server.
 */
public interface SliceHandler {

  /** The server accepted the request: a status of 200 and its headers are here. */
  void onOpen();

  /**
   * An event of a watch, or an item of a list (as {@link SliceEvent.Type#ADDED}). Events of types
   * unknown to this version are not delivered.
   */
  void onEvent(SliceEvent event);

  /** The exchange is over; called exactly once, last. */
  void onEnd(ExchangeEnd end);
}
