package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All objects of the cluster, under one lock and one resourceVersion.
 *
 * <p>It stands for etcd and the watch cache: it knows versions, history and subscribers, and
 * nothing of HTTP, of controllers or of faults. Subscribers are called under the lock, so that each
 * sees every write once and in order; they may only take note.
 */
final class ObjectStore {

  /** Versions start well above 1, so that "1" is as long gone here as in a real cluster. */
  private static final long FIRST_VERSION = 1_000;

  private final Object lock = new Object();
  private final Admission admission;
  // Guarded by lock, as is everything below.
  private final Map<Resource, TreeMap<ObjectKey, StoredObject>> objects =
      new EnumMap<>(Resource.class);
  private final Map<Resource, EventHistory> histories = new EnumMap<>(Resource.class);
  private final Map<Resource, List<Consumer<StoreEvent>>> subscribers =
      new EnumMap<>(Resource.class);
  private long version = FIRST_VERSION;

  ObjectStore(Admission admission, int historySize) {
    this.admission = admission;
    for (Resource resource : Resource.values()) {
      objects.put(resource, new TreeMap<>());
      histories.put(resource, new EventHistory(historySize, FIRST_VERSION));
      subscribers.put(resource, new CopyOnWriteArrayList<>());
    }
  }

  /** A consistent read of many objects, in the order of their keys. */
  record Snapshot(long version, List<StoredObject> objects) {
    Snapshot {
      objects = List.copyOf(objects);
    }
  }

  long version() {
    synchronized (lock) {
      return version;
    }
  }

  @Nullable StoredObject find(Resource resource, ObjectKey key) {
    synchronized (lock) {
      return of(objects, resource).get(key);
    }
  }

  StoredObject get(Resource resource, ObjectKey key) {
    StoredObject object = find(resource, key);
    if (object == null) {
      throw ApiException.notFound(resource, key.name());
    }
    return object;
  }

  Snapshot list(Resource resource, Selection selection) {
    synchronized (lock) {
      return new Snapshot(version, selected(of(objects, resource), selection));
    }
  }

  /** The state at an earlier version, null when that is forgotten. */
  @Nullable Snapshot listAt(Resource resource, Selection selection, long at) {
    synchronized (lock) {
      EventHistory history = of(histories, resource);
      if (!history.reachesBackTo(at)) {
        return null;
      }
      NavigableMap<ObjectKey, StoredObject> state = new TreeMap<>(of(objects, resource));
      history.rewind(state, at);
      return new Snapshot(at, selected(state, selection));
    }
  }

  private static List<StoredObject> selected(
      NavigableMap<ObjectKey, StoredObject> state, Selection selection) {
    List<StoredObject> selected = new ArrayList<>();
    for (StoredObject object : state.values()) {
      if (selection.matches(object)) {
        selected.add(object);
      }
    }
    return selected;
  }

  StoredObject create(Resource resource, @Nullable String namespace, ObjectNode body, String by) {
    synchronized (lock) {
      ObjectNode canonical = admission.create(resource, namespace, body, version + 1, by);
      StoredObject created = new StoredObject(resource, canonical);
      if (of(objects, resource).containsKey(created.key())) {
        throw ApiException.alreadyExists(resource, created.key().name());
      }
      version++;
      of(objects, resource).put(created.key(), created);
      publish(new StoreEvent(false, created, null));
      return created;
    }
  }

  /**
   * Changes an object. A resourceVersion in what {@code change} returns has to be the present one;
   * a change that changes nothing writes nothing.
   */
  StoredObject update(
      Resource resource, ObjectKey key, UnaryOperator<ObjectNode> change, String by) {
    synchronized (lock) {
      StoredObject old = get(resource, key);
      ObjectNode changed = change.apply(old.tree());
      ObjectNode canonical = admission.update(resource, old, changed, version + 1, by);
      if (canonical == null) {
        return old;
      }
      version++;
      StoredObject updated = new StoredObject(resource, canonical);
      of(objects, resource).put(key, updated);
      publish(new StoreEvent(false, updated, old));
      return updated;
    }
  }

  /** Removes an object, and with a namespace all that is in it. */
  StoredObject delete(Resource resource, ObjectKey key) {
    synchronized (lock) {
      StoredObject old = get(resource, key);
      if (resource == Resource.NAMESPACES) {
        deleteAllIn(key.name());
      }
      version++;
      of(objects, resource).remove(key);
      publish(new StoreEvent(true, old.at(version), old));
      return old;
    }
  }

  private void deleteAllIn(String namespace) {
    Selection all = new Selection(namespace, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
    for (Resource resource : Resource.values()) {
      if (resource.namespaced()) {
        selected(of(objects, resource), all).forEach(object -> delete(resource, object.key()));
      }
    }
  }

  private void publish(StoreEvent event) {
    Resource resource = event.object().resource();
    of(histories, resource).add(event);
    for (Consumer<StoreEvent> subscriber : of(subscribers, resource)) {
      subscriber.accept(event);
    }
  }

  /**
   * Runs {@code start} with the history and then calls {@code subscriber} for every later write; no
   * write comes between the two.
   *
   * @return ends the subscription
   */
  Runnable subscribe(
      Resource resource, Consumer<StoreEvent> subscriber, Consumer<EventHistory> start) {
    synchronized (lock) {
      start.accept(of(histories, resource));
      of(subscribers, resource).add(subscriber);
      return () -> {
        synchronized (lock) {
          of(subscribers, resource).remove(subscriber);
        }
      };
    }
  }

  /** Looks at the history of one type of object while nothing is written. */
  void inspect(Resource resource, Consumer<EventHistory> look) {
    synchronized (lock) {
      look.accept(of(histories, resource));
    }
  }

  /** Forgets all history: every version that was handed out so far is too old from now on. */
  void compact() {
    synchronized (lock) {
      version++;
      histories.values().forEach(history -> history.compact(version));
    }
  }

  private static <V> V of(Map<Resource, V> map, Resource resource) {
    V value = map.get(resource);
    if (value == null) {
      throw new IllegalStateException(resource + " is not served");
    }
    return value;
  }
}
