package io.slicewise.discovery.samples.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.util.Config;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.nio.file.Path;
import java.util.List;

/** Namespaces and Services of an overlay on an embedded API server, with a pod in each zone. */
final class EmbeddedCluster {

  static final List<String> ZONES = List.of("zone-a", "zone-b", "zone-c");

  private EmbeddedCluster() {}

  /**
   * Posts the objects with the official client.
   *
   * @return a kubeconfig of the cluster
   */
  static Path apply(Manifests manifests, EmbeddedApiServer server, Path directory)
      throws Exception {
    Path kubeconfig = server.writeKubeconfig(directory);
    ApiClient client = Config.fromConfig(kubeconfig.toString());
    CoreV1Api core = new CoreV1Api(client);
    for (V1Namespace namespace : manifests.all(V1Namespace.class)) {
      core.createNamespace(namespace).execute();
    }
    for (V1Service service : manifests.all(V1Service.class)) {
      core.createNamespacedService(service.getMetadata().getNamespace(), service).execute();
      addPods(server, service);
    }
    client.getHttpClient().dispatcher().executorService().shutdown();
    client.getHttpClient().connectionPool().evictAll();
    return kubeconfig;
  }

  private static void addPods(EmbeddedApiServer server, V1Service service) {
    String name = service.getMetadata().getName();
    SimulatedService pods = server.cluster().service(service.getMetadata().getNamespace(), name);
    String network = name.equals("checkout") ? "10.0.1." : "10.0.2.";
    for (String zone : ZONES) {
      pods.batch(
          () -> {
            SimulatedPod pod =
                pods.addPod(name + "-" + zone, network + (pods.pods().size() + 1), zone);
            for (V1ServicePort port : service.getSpec().getPorts()) {
              pod.port(port.getTargetPort().getStrValue(), 8080);
            }
          });
    }
  }
}
