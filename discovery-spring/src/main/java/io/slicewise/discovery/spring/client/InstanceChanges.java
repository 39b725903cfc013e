package io.slicewise.discovery.spring.client;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.ServiceWatches;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tells when other endpoints of a followed Service may be called than before. What else a view
 * shows, its age and the shares of zones, is no change of instances. Thread safe.
 */
final class InstanceChanges {

  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  /** A watch may be told as opened and found open. */
  private final Set<ServiceWatch> heard =
      Collections.newSetFromMap(
          Caffeine.newBuilder().weakKeys().<ServiceWatch, Boolean>build().asMap());

  InstanceChanges(ServiceWatches watches) {
    watches.onOpened(this::hear);
    watches.all().forEach(this::hear);
  }

  /** Has the name of each Service that changes told to a listener, which must be quick. */
  void onChange(Consumer<String> listener) {
    listeners.add(listener);
  }

  private void hear(FollowedService followed) {
    if (heard.add(followed.watch())) {
      followed.watch().subscribe(new Latest(followed.service().id()));
    }
  }

  /** The instances of one Service; confined to its watch's one delivery at a time. */
  private final class Latest implements Consumer<ServiceView> {

    private final String id;
    private List<Endpoint> instances = List.of();

    Latest(String id) {
      this.id = id;
    }

    @Override
    public void accept(ServiceView view) {
      List<Endpoint> before = instances;
      instances = view.eligible();
      if (!isSame(before, instances)) {
        listeners.forEach(listener -> listener.accept(id));
      }
    }

    private static boolean isSame(List<Endpoint> before, List<Endpoint> now) {
      return before == now
          || before.size() == now.size()
              && (before.equals(now) || new HashSet<>(before).containsAll(now));
    }
  }
}
