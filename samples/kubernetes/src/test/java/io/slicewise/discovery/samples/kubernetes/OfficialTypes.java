package io.slicewise.discovery.samples.kubernetes;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;

/** The types that the official client generates from the OpenAPI document of Kubernetes. */
final class OfficialTypes {

  private OfficialTypes() {}

  /**
   * Loads a part of an object: a patch, say.
   *
   * @throws RuntimeException if it has a field that its type has not, or a value of another type
   */
  static KubernetesObject loadPart(Map<String, Object> object) throws IOException {
    Object loaded = Yaml.loadAll(new org.yaml.snakeyaml.Yaml().dump(object)).get(0);
    if (loaded
        instanceof DynamicKubernetesObject) { // what it makes of a kind that it has no type for
      throw new IllegalArgumentException(object.get("apiVersion") + " " + object.get("kind"));
    }
    return (KubernetesObject) loaded;
  }

  /**
   * Loads a whole object.
   *
   * @throws RuntimeException as above, and if a field is missing that the API requires
   */
  static KubernetesObject load(Map<String, Object> object) throws IOException {
    KubernetesObject loaded = loadPart(object);
    JsonElement json = new Gson().toJsonTree(object);
    try {
      loaded.getClass().getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(Kustomization.identity(object).toString(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
    return loaded;
  }
}
