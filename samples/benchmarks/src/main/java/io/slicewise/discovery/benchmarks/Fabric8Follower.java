package io.slicewise.discovery.benchmarks;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** An informer of the fabric8 client for the slices of one Service, with a handler. */
final class Fabric8Follower implements Follower {

  private final AtomicLong callbacks = new AtomicLong();
  private final KubernetesClient client;
  private final SharedIndexInformer<EndpointSlice> informer;

  Fabric8Follower(Path kubeconfig, Runnable onChange) throws IOException {
    Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
    config.setOnlyHttpWatches(true); // the embedded server speaks no WebSocket
    client = new KubernetesClientBuilder().withConfig(config).build();
    informer =
        client
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(Fleet.NAMESPACE)
            .withLabel("kubernetes.io/service-name", Fleet.SERVICE)
            .inform(new Handler(onChange));
  }

  /** Counts and passes on. */
  private final class Handler implements ResourceEventHandler<EndpointSlice> {

    private final Runnable onChange;

    Handler(Runnable onChange) {
      this.onChange = onChange;
    }

    private void called() {
      callbacks.incrementAndGet();
      onChange.run();
    }

    @Override
    public void onAdd(EndpointSlice slice) {
      called();
    }

    @Override
    public void onUpdate(EndpointSlice old, EndpointSlice slice) {
      called();
    }

    @Override
    public void onDelete(EndpointSlice slice, boolean unknown) {
      called();
    }
  }

  private Stream<String> ready() {
    return informer.getStore().list().stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .filter(Fabric8Follower::isReady)
        .map(endpoint -> endpoint.getAddresses().get(0));
  }

  private static boolean isReady(Endpoint endpoint) {
    return endpoint.getConditions() == null
        || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
  }

  @Override
  public String pick() {
    return ready().findFirst().orElseThrow();
  }

  @Override
  public List<String> addresses() {
    return ready().toList();
  }

  @Override
  public long callbacks() {
    return callbacks.get();
  }

  @Override
  public void close() {
    informer.close();
    client.close();
  }
}
