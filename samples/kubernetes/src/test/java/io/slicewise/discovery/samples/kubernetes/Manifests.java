package io.slicewise.discovery.samples.kubernetes;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The objects of an overlay, as the official client's types. */
record Manifests(List<KubernetesObject> objects) {

  static Manifests of(Path overlay) throws IOException {
    List<KubernetesObject> objects = new ArrayList<>();
    for (Map<String, Object> object : Kustomization.build(overlay).objects()) {
      objects.add(OfficialTypes.load(object));
    }
    return new Manifests(objects);
  }

  <T extends KubernetesObject> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends KubernetesObject> T one(Class<T> type, String namespace, String name) {
    return all(type).stream()
        .filter(each -> name.equals(each.getMetadata().getName()))
        .filter(each -> namespace.equals(each.getMetadata().getNamespace()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(namespace + "/" + name + " is not there"));
  }

  /** Those who are called. */
  V1Deployment server() {
    return one(V1Deployment.class, "shop", "checkout");
  }

  /** Those who call. */
  V1Deployment client() {
    return one(V1Deployment.class, "front", "web");
  }

  static V1PodSpec pod(V1Deployment deployment) {
    return Objects.requireNonNull(deployment.getSpec().getTemplate().getSpec());
  }

  /** The one container of a Deployment. */
  static V1Container container(V1Deployment deployment) {
    return pod(deployment).getContainers().get(0);
  }
}
