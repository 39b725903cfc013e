package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the slices of Services with a selector, as the EndpointSlice controller does.
 *
 * <p>It runs on the thread that makes a change, so that a test sees the slices when the change
 * returns. Confined to the lock of the {@link Cluster}.
 */
final class EndpointSliceController {

  private static final String MANAGER = "kube-controller-manager";

  private final ObjectStore store;
  private final int maxEndpoints;
  private final Map<ObjectKey, Written> written = new HashMap<>();

  EndpointSliceController(ObjectStore store, int maxEndpoints) {
    this.store = store;
    this.maxEndpoints = maxEndpoints;
  }

  /** What was written last for a Service: reading it back would cost more than the rest. */
  private static final class Written {
    private final Map<String, List<ManagedSlice>> slicesByFamily = new LinkedHashMap<>();
    private Map<String, String> labels = Map.of();
    private String uid = "";
  }

  /** Brings the slices of a Service up to date with its pods. */
  void sync(ServiceSpec service, List<SimulatedPod> pods, @Nullable Instant trigger) {
    Written state = written.computeIfAbsent(service.key(), key -> read(service));
    boolean rewriteAll =
        !state.labels.equals(service.sliceLabels()) || !state.uid.equals(service.uid());
    state.labels = service.sliceLabels();
    state.uid = service.uid();
    for (String family : service.families()) {
      List<ManagedSlice> existing = state.slicesByFamily.getOrDefault(family, List.of());
      SlicePlan plan =
          SlicePlan.of(existing, desired(service, pods, family), maxEndpoints, rewriteAll);
      state.slicesByFamily.put(family, apply(plan, existing, service, family, trigger));
    }
    List<String> dropped =
        state.slicesByFamily.keySet().stream()
            .filter(family -> !service.families().contains(family))
            .toList();
    for (String family : dropped) {
      deleteAll(service.key(), state.slicesByFamily.remove(family));
    }
  }

  private Written read(ServiceSpec service) {
    Written state = new Written();
    for (StoredObject slice : managedSlices(service.key())) {
      var tree = slice.tree();
      state
          .slicesByFamily
          .computeIfAbsent(tree.path("addressType").asText(), family -> new ArrayList<>())
          .add(ManagedSlice.read(tree));
      state.labels = slice.labels();
      state.uid = tree.path("metadata").path("ownerReferences").path(0).path("uid").asText("");
    }
    return state;
  }

  private List<StoredObject> managedSlices(ObjectKey service) {
    LabelSelector labels =
        LabelSelector.parse(
            ServiceSpec.SERVICE_NAME
                + "="
                + service.name()
                + ","
                + ServiceSpec.MANAGED_BY
                + "="
                + ServiceSpec.MANAGER);
    return store
        .list(
            Resource.ENDPOINT_SLICES,
            new Selection(service.namespace(), labels, FieldSelector.EVERYTHING))
        .objects();
  }

  private static Map<List<SlicePort>, List<SliceEndpoint>> desired(
      ServiceSpec service, List<SimulatedPod> pods, String family) {
    Map<List<SlicePort>, List<SliceEndpoint>> desired = new LinkedHashMap<>();
    for (SimulatedPod pod : pods) {
      String address = pod.addressOf(family);
      if (address != null) {
        desired
            .computeIfAbsent(pod.ports(service), ports -> new ArrayList<>())
            .add(pod.endpoint(service, address));
      }
    }
    return desired;
  }

  /** Creates, then updates, then deletes: in between an endpoint may be in two slices. */
  private List<ManagedSlice> apply(
      SlicePlan plan,
      List<ManagedSlice> existing,
      ServiceSpec service,
      String family,
      @Nullable Instant trigger) {
    Map<String, ManagedSlice> result = new LinkedHashMap<>();
    existing.forEach(slice -> result.put(slice.name(), slice));
    String namespace = service.key().namespace();
    for (ManagedSlice slice : plan.creates()) {
      StoredObject created =
          store.create(
              Resource.ENDPOINT_SLICES, namespace, slice.write(service, family, trigger), MANAGER);
      result.put(created.key().name(), slice.named(created.key().name()));
    }
    for (ManagedSlice slice : plan.updates()) {
      replace(new ObjectKey(namespace, slice.name()), slice.write(service, family, trigger));
      result.put(slice.name(), slice);
    }
    deleteAll(service.key(), plan.deletes());
    plan.deletes().forEach(slice -> result.remove(slice.name()));
    return new ArrayList<>(result.values());
  }

  /** Puts the slice there, also if a client deleted it a moment ago. */
  private void replace(ObjectKey key, ObjectNode slice) {
    try {
      StoredObject unused = store.update(Resource.ENDPOINT_SLICES, key, old -> slice, MANAGER);
    } catch (ApiException e) {
      StoredObject unused = store.create(Resource.ENDPOINT_SLICES, key.namespace(), slice, MANAGER);
    }
  }

  private void deleteAll(ObjectKey service, @Nullable List<ManagedSlice> slices) {
    if (slices == null) {
      return;
    }
    for (ManagedSlice slice : slices) {
      deleteIfThere(new ObjectKey(service.namespace(), slice.name()));
    }
  }

  private void deleteIfThere(ObjectKey key) {
    if (store.find(Resource.ENDPOINT_SLICES, key) != null) {
      StoredObject unused = store.delete(Resource.ENDPOINT_SLICES, key);
    }
  }

  /** Somebody else wrote to a slice of the Service: what is remembered may be wrong. */
  void forget(ObjectKey service) {
    written.remove(service);
  }

  /** The Service is gone: its slices follow, as garbage collection would have it. */
  void collect(ObjectKey service) {
    forget(service);
    for (StoredObject slice : managedSlices(service)) {
      deleteIfThere(slice.key());
    }
  }
}
