package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.SliceEvent;
import java.util.Collection;
import java.util.List;

/** Hears what a {@link Reflector} learns. Called on the writer. */
interface StreamListener {

  /** Everything that exists for the stream's Services; what is not in here is gone. */
  void onReplaced(Reflector stream, Collection<EndpointSlice> slices);

  /** Changes, in no particular order between slices. */
  void onChanged(Reflector stream, List<SliceEvent> events);

  /** The stream is about to ask for the newest there is. */
  default void onAsking(Reflector stream) {}

  /** The server has accepted the stream. */
  default void onOpened(Reflector stream) {}

  /** The stream's health is another one now. */
  void onHealth(Reflector stream);

  /**
   * The server ended the watch in good order, which is the moment to ask for other Services. True
   * if the listener has closed this stream and follows its Services by another.
   */
  boolean onRotation(Reflector stream);
}
