package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.ResourceVersions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices that the server's data was restored from a backup, so that its versions have gone back: a
 * stream that asks for the newest there is gets something older than what another one had reached
 * before. Confined to the writer.
 *
 * <p>That other stream watches from a version of the future, which is accepted and silent. Merged
 * with the one that asked it would not even be that, and all that is new would pass for a replay.
 */
final class Setback {

  private final Map<Reflector, String> reached = new HashMap<>(); // by others, before it asked

  /** Notes that a stream is about to ask for the newest there is. */
  void asking(Reflector stream, Collection<Reflector> streams) {
    String newest = "";
    for (Reflector other : streams) {
      String version = other == stream ? "" : other.resourceVersion();
      newest = newest.isEmpty() || ResourceVersions.isOlder(newest, version) ? version : newest;
    }
    reached.put(stream, newest);
  }

  /** Has others begin anew if what a stream got shows that they wait for the future. */
  void listed(Reflector stream, Collection<Reflector> streams) {
    String before = reached.remove(stream);
    if (before == null || !ResourceVersions.isOlder(stream.resourceVersion(), before)) {
      return;
    }
    for (Reflector other : List.copyOf(streams)) {
      if (ResourceVersions.isOlder(stream.resourceVersion(), other.resourceVersion())) {
        other.distrust("the server's versions have gone back");
      }
    }
  }

  /** Forgets a stream that has ended. */
  void forget(Reflector stream) {
    reached.remove(stream);
  }
}
