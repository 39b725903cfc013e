package io.slicewise.discovery.source;

import java.io.IOException;
import java.util.Optional;

/**
 * Somewhere that slices outlive this process, for the next one to start with while the API server
 * is away.
 */
public interface SliceArchive {

  /**
   * Returns what is kept, or nothing if there is nothing or it is not to be trusted; then a log
   * line has said why. May block; never throws.
   */
  Optional<SliceSnapshot> read();

  /**
   * Replaces what is kept, all or nothing. May block. One thread at a time.
   *
   * @throws IOException if that failed; what was kept before still is
   */
  void write(SliceSnapshot snapshot) throws IOException;
}
