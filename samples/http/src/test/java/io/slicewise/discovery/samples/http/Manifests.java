package io.slicewise.discovery.samples.http;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the Deployments of {@code samples/kubernetes} say to this sample's containers. */
final class Manifests {

  private static final Path DIRECTORY = Path.of("..", "kubernetes");

  private Manifests() {}

  /** The container of a Deployment, as far as the base knows it. */
  static Map<String, Object> base(String deployment) throws IOException {
    return container(DIRECTORY.resolve("base").resolve(deployment + ".yaml"));
  }

  /** The container of a Deployment, as far as the overlay for HTTP knows it. */
  static Map<String, Object> overlay(String deployment) throws IOException {
    return container(DIRECTORY.resolve("overlays/http").resolve(deployment + ".yaml"));
  }

  static List<String> args(String deployment) throws IOException {
    return list(overlay(deployment).get("args")).stream().map(String::valueOf).toList();
  }

  /**
   * The environment that the kubelet makes of a Deployment's.
   *
   * @param fields what the downward API tells, by path
   */
  static Map<String, String> environment(String deployment, Map<String, String> fields)
      throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Object variable : list(base(deployment).get("env"))) {
      String path = String.valueOf(at(map(variable), "valueFrom", "fieldRef", "fieldPath"));
      environment.put(String.valueOf(map(variable).get("name")), fields.getOrDefault(path, ""));
    }
    return environment;
  }

  private static Map<String, Object> container(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(reader)) {
        if ("Deployment".equals(map(document).get("kind"))) {
          return map(list(at(map(document), "spec", "template", "spec", "containers")).get(0));
        }
      }
    }
    throw new AssertionError(file + ": no Deployment");
  }

  /** What is at a path of keys. */
  static Object at(Map<String, Object> object, String... path) {
    Object here = object;
    for (String key : path) {
      here = map(here).get(key);
      if (here == null) {
        throw new AssertionError(String.join(".", path) + ": " + key + " is not there");
      }
    }
    return here;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value) {
    return (List<Object>) value;
  }
}
