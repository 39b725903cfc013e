package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The objects that an {@link EmbeddedApiServer} serves, and the pods behind its Services. Thread
 * safe; a change is on its way to every watch when the method returns.
 */
public final class Cluster {

  private static final String WRITER = "testkit";

  private final ObjectStore store;
  private final InstantSource clock;
  private final Identities identities;
  private final EndpointSliceController slices;
  private final @Nullable EndpointsController endpoints;
  // Held while pods change and slices are written; the store's own lock is taken inside it.
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ObjectKey, SimulatedService> services = new HashMap<>(); // guarded by lock

  Cluster(ObjectStore store, InstantSource clock, Identities identities, ServerOptions options) {
    this.store = store;
    this.clock = clock;
    this.identities = identities;
    this.slices = new EndpointSliceController(store, options.maxEndpointsPerSlice());
    this.endpoints = options.endpoints() ? new EndpointsController(store) : null;
    ensureNamespace("default");
    ensureNamespace("kube-system");
  }

  /** The version of the last write to anything. */
  public long resourceVersion() {
    return store.version();
  }

  /**
   * Creates an object.
   *
   * @param json with kind, apiVersion and metadata, as in a POST; an unknown namespace is created
   * @return the stored object
   * @throws IllegalArgumentException if the API would refuse it
   */
  public String create(String json) {
    return api(
        () -> {
          ObjectNode object = Json.parse(json);
          Resource resource = resourceOf(object);
          String namespace = namespaceOf(resource, object);
          if (namespace != null) {
            ensureNamespace(namespace);
          }
          return written(store.create(resource, namespace, object, WRITER));
        });
  }

  /** Replaces an object, as a PUT does. */
  public String replace(String json) {
    return api(
        () -> {
          ObjectNode object = Json.parse(json);
          Resource resource = resourceOf(object);
          String namespace = namespaceOf(resource, object);
          ObjectKey key =
              new ObjectKey(
                  namespace == null ? "" : namespace,
                  object.path("metadata").path("name").asText());
          return written(store.update(resource, key, old -> object, WRITER));
        });
  }

  /**
   * Deletes an object.
   *
   * @param kind such as {@code EndpointSlice}
   * @param namespace null for a kind that has none
   * @return whether there was one
   */
  public boolean delete(String kind, @Nullable String namespace, String name) {
    Resource resource = Resource.ofKind(kind);
    ObjectKey key = new ObjectKey(namespace == null ? "" : namespace, name);
    lock.lock();
    try {
      if (store.find(resource, key) == null) {
        return false;
      }
      observe(store.delete(resource, key));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The objects of a kind, by namespace and name.
   *
   * @param namespace null for all
   */
  public List<String> list(String kind, @Nullable String namespace) {
    Selection selection =
        new Selection(namespace, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
    return store.list(Resource.ofKind(kind), selection).objects().stream()
        .map(StoredObject::json)
        .toList();
  }

  /** Registers a Node in a zone, unless there is one by that name. */
  public Cluster node(String name, String zone) {
    locked(
        () -> {
          if (store.find(Resource.NODES, new ObjectKey("", name)) == null) {
            StoredObject unused = store.create(Resource.NODES, null, newNode(name, zone), WRITER);
          }
        });
    return this;
  }

  private static ObjectNode newNode(String name, String zone) {
    ObjectNode node = Json.object();
    node.putObject("metadata")
        .put("name", name)
        .putObject("labels")
        .put("kubernetes.io/hostname", name)
        .put("topology.kubernetes.io/zone", zone);
    ObjectNode status = node.putObject("status");
    for (String list : new String[] {"capacity", "allocatable"}) {
      status.putObject(list).put("cpu", "16").put("memory", "64Gi").put("pods", "110");
    }
    status.putArray("conditions").addObject().put("type", "Ready").put("status", "True");
    return node;
  }

  /**
   * A Service and its pods. One that does not exist is created, with a selector and one port,
   * {@code grpc} 8080, which the first {@link SimulatedService#port} replaces.
   */
  public SimulatedService service(String namespace, String name) {
    ObjectKey key = new ObjectKey(namespace, name);
    lock.lock();
    try {
      SimulatedService known = services.get(key);
      if (known != null) {
        return known;
      }
      boolean exists = store.find(Resource.SERVICES, key) != null;
      SimulatedService service = new SimulatedService(this, key, !exists);
      services.put(key, service);
      if (!exists) {
        ensureNamespace(namespace);
        StoredObject unused = store.create(Resource.SERVICES, namespace, newService(name), WRITER);
      }
      sync(service, now());
      return service;
    } finally {
      lock.unlock();
    }
  }

  private static ObjectNode newService(String name) {
    ObjectNode service = Json.object();
    service.putObject("metadata").put("name", name);
    ObjectNode spec = service.putObject("spec");
    spec.putArray("ports")
        .addObject()
        .put("name", "grpc")
        .put("protocol", "TCP")
        .put("port", 8080)
        .put("targetPort", 8080);
    spec.putObject("selector").put("app", name);
    return service;
  }

  /** Follows a write through the API, as controllers do. */
  void observe(StoredObject written) {
    locked(
        () -> {
          switch (written.resource()) {
            case SERVICES -> serviceWritten(written.key());
            case ENDPOINT_SLICES -> sliceWritten(written);
            case NAMESPACES -> services.keySet().removeIf(this::isGone);
            default -> {}
          }
        });
  }

  private boolean isGone(ObjectKey service) {
    boolean gone = store.find(Resource.SERVICES, service) == null;
    if (gone) {
      slices.forget(service);
    }
    return gone;
  }

  private void serviceWritten(ObjectKey key) {
    if (isGone(key)) {
      services.remove(key);
      slices.collect(key);
      if (endpoints != null) {
        endpoints.collect(key);
      }
      return;
    }
    // A Service that the API created has no pods yet, and a placeholder says so.
    SimulatedService known = services.get(key);
    if (known == null) {
      SimulatedService unused = service(key.namespace(), key.name());
    } else {
      sync(known, null);
    }
  }

  private void sliceWritten(StoredObject slice) {
    if (!ServiceSpec.MANAGER.equals(slice.labels().get(ServiceSpec.MANAGED_BY))) {
      return;
    }
    String name = slice.labels().getOrDefault(ServiceSpec.SERVICE_NAME, "");
    ObjectKey key = new ObjectKey(slice.key().namespace(), name);
    slices.forget(key);
    SimulatedService service = services.get(key);
    if (service != null) {
      sync(service, null);
    }
  }

  /** Writes the slices of a Service; called with the lock held. */
  void sync(SimulatedService service, @Nullable Instant trigger) {
    StoredObject stored = store.find(Resource.SERVICES, service.key());
    ServiceSpec spec = stored == null ? null : ServiceSpec.of(stored);
    if (spec == null) {
      return;
    }
    slices.sync(spec, service.livePods(), trigger);
    if (endpoints != null) {
      endpoints.sync(spec, service.livePods(), trigger);
    }
  }

  void updateService(ObjectKey key, UnaryOperator<ObjectNode> change) {
    if (store.find(Resource.SERVICES, key) == null) {
      return;
    }
    try {
      StoredObject unused = store.update(Resource.SERVICES, key, change, WRITER);
    } catch (ApiException e) {
      throw refused(e);
    }
  }

  private static IllegalArgumentException refused(ApiException problem) {
    return new IllegalArgumentException(problem.getMessage(), problem);
  }

  private void ensureNamespace(String name) {
    if (store.find(Resource.NAMESPACES, new ObjectKey("", name)) == null) {
      ObjectNode namespace = Json.object();
      namespace.putObject("metadata").put("name", name);
      StoredObject unused = store.create(Resource.NAMESPACES, null, namespace, WRITER);
    }
  }

  void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  <T> T read(Supplier<T> value) {
    lock.lock();
    try {
      return value.get();
    } finally {
      lock.unlock();
    }
  }

  /** With milliseconds, unlike a pod's own times, so that latencies can be read from it. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  String newUid() {
    return identities.uid();
  }

  private String api(Supplier<String> write) {
    try {
      return read(write);
    } catch (ApiException e) {
      throw refused(e);
    }
  }

  private String written(StoredObject object) {
    observe(object);
    return object.json();
  }

  private static Resource resourceOf(ObjectNode object) {
    return Resource.ofKind(object.path("kind").asText());
  }

  private static @Nullable String namespaceOf(Resource resource, ObjectNode object) {
    return resource.namespaced()
        ? object.path("metadata").path("namespace").asText("default")
        : null;
  }
}
