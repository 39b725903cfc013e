package io.slicewise.discovery.benchmarks;

import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.DiscoveryV1Api;
import io.kubernetes.client.openapi.models.V1Endpoint;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1EndpointSliceList;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** An informer of the official client for the slices of one Service, with a handler. */
final class ClientJavaFollower implements Follower {

  private final AtomicLong callbacks = new AtomicLong();
  private final SharedInformerFactory factory;
  private final SharedIndexInformer<V1EndpointSlice> informer;

  ClientJavaFollower(Path kubeconfig, Runnable onChange) throws IOException, InterruptedException {
    ApiClient client = Config.fromConfig(kubeconfig.toString());
    DiscoveryV1Api api = new DiscoveryV1Api(client);
    factory = new SharedInformerFactory(client);
    informer =
        factory.sharedIndexInformerFor(
            params ->
                api.listNamespacedEndpointSlice(Fleet.NAMESPACE)
                    .labelSelector("kubernetes.io/service-name=" + Fleet.SERVICE)
                    .resourceVersion(params.resourceVersion)
                    .timeoutSeconds(params.timeoutSeconds)
                    .watch(params.watch)
                    .buildCall(null),
            V1EndpointSlice.class,
            V1EndpointSliceList.class);
    informer.addEventHandler(new Handler(onChange));
    factory.startAllRegisteredInformers();
    while (!informer.hasSynced()) {
      Thread.sleep(1); // it has no other way to tell
    }
  }

  /** Counts and passes on. */
  private final class Handler implements ResourceEventHandler<V1EndpointSlice> {

    private final Runnable onChange;

    Handler(Runnable onChange) {
      this.onChange = onChange;
    }

    private void called() {
      callbacks.incrementAndGet();
      onChange.run();
    }

    @Override
    public void onAdd(V1EndpointSlice slice) {
      called();
    }

    @Override
    public void onUpdate(V1EndpointSlice old, V1EndpointSlice slice) {
      called();
    }

    @Override
    public void onDelete(V1EndpointSlice slice, boolean unknown) {
      called();
    }
  }

  private Stream<String> ready() {
    return informer.getIndexer().list().stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .filter(ClientJavaFollower::isReady)
        .map(endpoint -> endpoint.getAddresses().get(0));
  }

  private static boolean isReady(V1Endpoint endpoint) {
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
    factory.stopAllRegisteredInformers();
  }
}
