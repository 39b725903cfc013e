package io.slicewise.discovery.benchmarks;

import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.informer.ListerWatcher;
import io.kubernetes.client.informer.cache.Cache;
import io.kubernetes.client.informer.cache.Caches;
import io.kubernetes.client.informer.cache.DeltaFIFO;
import io.kubernetes.client.informer.impl.DefaultSharedIndexInformer;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.Watchable;

/**
 * An informer of the official client without its network and threads: its watch's decoding, its
 * queue and its store, one after the other. It has no handlers, which saves it their queues.
 *
 * @param <T> what it follows
 */
final class ClientJavaStore<T extends KubernetesObject> {

  private final JSON json = new JSON();
  private final Cache<T> cache = new Cache<>();
  private final DeltaFIFO queue = new DeltaFIFO(Caches::metaNamespaceKeyFunc, cache);
  private final DefaultSharedIndexInformer<T, KubernetesListObject> informer;
  private final OfficialWatch.Kind<T> kind;

  private ClientJavaStore(OfficialWatch.Kind<T> kind) {
    this.kind = kind;
    this.informer =
        new DefaultSharedIndexInformer<>(kind.type(), new NoNetwork<>(), 0, queue, cache);
  }

  static ClientJavaStore<V1EndpointSlice> ofSlices() {
    return new ClientJavaStore<>(OfficialWatch.SLICES);
  }

  static ClientJavaStore<V1Endpoints> ofEndpoints() {
    return new ClientJavaStore<>(OfficialWatch.ENDPOINTS);
  }

  /** Takes an event as its reflector and its controller do; returns the stored object. */
  T apply(byte[] event) throws InterruptedException {
    T object = OfficialWatch.decode(event, json, kind);
    queue.update(object);
    var unused = queue.pop(informer::handleDeltas);
    return cache.get(object);
  }

  /** What it retains. */
  Cache<T> cache() {
    return cache;
  }

  /** The informer is never started, so nobody asks it. */
  private static final class NoNetwork<T extends KubernetesObject>
      implements ListerWatcher<T, KubernetesListObject> {

    @Override
    public KubernetesListObject list(CallGeneratorParams params) {
      throw new UnsupportedOperationException("list");
    }

    @Override
    public Watchable<T> watch(CallGeneratorParams params) {
      throw new UnsupportedOperationException("watch");
    }
  }
}
