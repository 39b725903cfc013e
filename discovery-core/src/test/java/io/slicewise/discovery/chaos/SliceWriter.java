package io.slicewise.discovery.chaos;

import io.slicewise.discovery.testkit.Cluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Does to the slices of a cluster what an operation says, and to the truth the same. What is about
 * something that is not there does nothing. Confined to the thread of the run.
 */
final class SliceWriter {

  private final Cluster cluster;
  private final Truth truth;

  SliceWriter(Cluster cluster, Truth truth) {
    this.cluster = cluster;
    this.truth = truth;
  }

  void apply(Operation operation) {
    ModelSlice slice = truth.slice(operation.slice());
    if (slice == null) {
      switch (operation.kind()) {
        case CREATE -> create(ModelSlice.shaped(operation.slice(), operation.number()));
        case VANISH -> vanish(ModelSlice.SERVICES.get(operation.number()));
        default -> {}
      }
      return;
    }
    ModelSlice other = truth.slice(operation.number());
    int pod = operation.pod();
    ModelEndpoint endpoint =
        slice.endpoints().stream().filter(each -> each.pod() == pod).findFirst().orElse(null);
    switch (operation.kind()) {
      case DELETE -> delete(slice);
      case RECYCLE -> {
        ModelSlice shape = ModelSlice.shaped(slice.index(), operation.number());
        delete(slice);
        create(slice.of(shape.service()).withPorts(shape.ports()));
      }
      case RELABEL -> replace(slice.of(ModelSlice.SERVICES.get(operation.number())));
      case PORTS -> replace(slice.withPorts(operation.number()));
      case ADD -> add(slice, new ModelEndpoint(pod, operation.number()));
      case CONDITION -> {
        if (endpoint != null) {
          List<ModelEndpoint> changed = new ArrayList<>(slice.endpoints());
          changed.set(changed.indexOf(endpoint), endpoint.in(operation.number()));
          replace(slice.with(changed));
        }
      }
      case REMOVE -> {
        if (endpoint != null) {
          replace(slice.without(pod));
        }
      }
      case MOVE -> move(slice, endpoint, other);
      case DUPLICATE -> {
        if (endpoint != null && other != null && slice.matches(other)) {
          add(other, endpoint.in(ModelEndpoint.READY));
        }
      }
      case REUSE -> {
        if (endpoint != null && other != null && slice.matches(other)) {
          int twin =
              pod < ModelEndpoint.REUSED ? pod + ModelEndpoint.REUSED : pod % ModelEndpoint.REUSED;
          add(other, new ModelEndpoint(twin, ModelEndpoint.READY));
        }
      }
      case ROLL -> {
        if (endpoint != null && !slice.lists(operation.number())) {
          roll(slice, endpoint, operation.number());
        }
      }
      case TRIM -> {
        if (endpoint != null) {
          trim(slice, endpoint);
        }
      }
      case SPLIT -> split(slice, operation.number(), other);
      case FILL -> fill(slice, operation.number());
      case EMPTY -> replace(slice.with(List.of()).withPorts(5));
      case VANISH -> vanish(ModelSlice.SERVICES.get(operation.number()));
      case DECORATE -> replace(slice.decorated(operation.number()));
      default -> {}
    }
  }

  private void create(ModelSlice slice) {
    truth.write(slice, each -> ModelSlice.versionOf(cluster.create(each.json())));
  }

  private void replace(ModelSlice slice) {
    truth.write(slice, each -> ModelSlice.versionOf(cluster.replace(each.json())));
  }

  private void delete(ModelSlice slice) {
    truth.delete(
        slice.index(),
        () -> {
          String namespace = ModelSlice.namespace(slice.index());
          boolean there =
              cluster.delete("EndpointSlice", namespace, ModelSlice.name(slice.index()));
          if (!there) {
            throw new IllegalStateException(slice + " (expected: to be in the cluster)");
          }
        });
  }

  private void vanish(String service) {
    for (ModelSlice slice : truth.slices()) {
      if (slice.service().equals(service)) {
        delete(slice);
      }
    }
  }

  private void add(ModelSlice slice, ModelEndpoint endpoint) {
    if (!slice.lists(endpoint.pod())) {
      replace(slice.with(endpoint));
    }
  }

  /** Two writes, as controllers make them: in between the pod is in both slices or in none. */
  private void move(ModelSlice from, @Nullable ModelEndpoint endpoint, @Nullable ModelSlice to) {
    if (endpoint == null || to == null || !from.matches(to) || to.lists(endpoint.pod())) {
      return;
    }
    if (endpoint.pod() % 2 == 0) {
      replace(to.with(endpoint));
      replace(from.without(endpoint.pod()));
    } else {
      replace(from.without(endpoint.pod()));
      replace(to.with(endpoint));
    }
  }

  private void roll(ModelSlice slice, ModelEndpoint old, int pod) {
    ModelSlice more = slice.with(new ModelEndpoint(pod, ModelEndpoint.READY));
    replace(more);
    List<ModelEndpoint> leaving = new ArrayList<>(more.endpoints());
    leaving.set(leaving.indexOf(old), old.in(ModelEndpoint.LEAVING + pod % 3));
    replace(more.with(leaving));
    replace(more.without(old.pod()));
  }

  private void trim(ModelSlice kept, ModelEndpoint endpoint) {
    replace(kept.with(List.of(endpoint.in(ModelEndpoint.READY))));
    for (ModelSlice slice : truth.slices()) {
      if (slice.index() != kept.index() && slice.service().equals(kept.service())) {
        replace(slice.with(List.of()));
      }
    }
  }

  private void split(ModelSlice slice, int into, @Nullable ModelSlice other) {
    if (other != null || !ModelSlice.namespace(into).equals(ModelSlice.namespace(slice.index()))) {
      return;
    }
    int half = slice.endpoints().size() / 2;
    ModelSlice second =
        new ModelSlice(
            into,
            slice.service(),
            slice.type(),
            slice.ports(),
            slice.endpoints().subList(half, slice.endpoints().size()),
            0,
            0);
    create(second);
    replace(slice.with(slice.endpoints().subList(0, half)));
  }

  private void fill(ModelSlice slice, int count) {
    List<ModelEndpoint> many = new ArrayList<>(slice.endpoints());
    for (int i = 0; i < count && many.size() < 900; i++) {
      int pod = 1_000 + slice.index() * 200 + i % 200;
      if (i < 200 && !slice.lists(pod)) {
        many.add(new ModelEndpoint(pod, ModelEndpoint.READY));
      }
    }
    replace(slice.with(many));
  }
}
