package io.slicewise.discovery.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.informers.impl.cache.CacheImpl;
import io.fabric8.kubernetes.client.informers.impl.cache.ProcessorStore;
import io.fabric8.kubernetes.client.informers.impl.cache.SharedProcessor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * An informer of the fabric8 client without its network and threads: the text of a line, its
 * serialisation and its store, one after the other. It has no handlers.
 */
final class Fabric8Store {

  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final CacheImpl<HasMetadata> cache = new CacheImpl<>();
  private final ProcessorStore<HasMetadata> store =
      new ProcessorStore<>(cache, new SharedProcessor<>(Runnable::run, "benchmark"));

  /** Takes an event as its watch and its reflector do; returns the stored object. */
  HasMetadata apply(byte[] event) {
    String line = new String(event, UTF_8);
    WatchEvent read = serialization.unmarshal(line, WatchEvent.class);
    HasMetadata object = (HasMetadata) read.getObject();
    store.update(object);
    return store.get(object);
  }

  /** What it retains. */
  CacheImpl<HasMetadata> cache() {
    return cache;
  }
}
