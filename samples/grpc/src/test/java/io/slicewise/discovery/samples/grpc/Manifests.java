package io.slicewise.discovery.samples.grpc;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The objects of {@code samples/kubernetes}. */
final class Manifests {

  private static final Path DIRECTORY = Path.of("..", "kubernetes");

  private final List<Map<String, Object>> objects = new ArrayList<>();

  private Manifests() {}

  static Manifests read() throws IOException {
    Manifests manifests = new Manifests();
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        try (Reader reader = Files.newBufferedReader(file)) {
          for (Object document :
              new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(reader)) {
            manifests.objects.add(map(document));
          }
        }
      }
    }
    return manifests;
  }

  List<Map<String, Object>> objects() {
    return objects;
  }

  List<Map<String, Object>> ofKind(String kind) {
    return objects.stream().filter(object -> kind.equals(object.get("kind"))).toList();
  }

  Map<String, Object> object(String kind, String name) {
    return ofKind(kind).stream()
        .filter(object -> name.equals(at(object, "metadata", "name")))
        .findFirst()
        .orElseThrow(() -> new AssertionError(kind + " " + name + " is not there"));
  }

  /** The pod template of a Deployment. */
  Map<String, Object> template(String deployment) {
    return map(at(object("Deployment", deployment), "spec", "template"));
  }

  /** The one container of a Deployment. */
  Map<String, Object> container(String deployment) {
    return map(list(at(template(deployment), "spec", "containers")).get(0));
  }

  List<String> args(String deployment) {
    return list(container(deployment).get("args")).stream().map(String::valueOf).toList();
  }

  /**
   * The environment that the kubelet makes of a Deployment's.
   *
   * @param fields what the downward API tells, by path
   */
  Map<String, String> environment(String deployment, Map<String, String> fields) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Object variable : list(container(deployment).get("env"))) {
      String path = String.valueOf(at(map(variable), "valueFrom", "fieldRef", "fieldPath"));
      environment.put(String.valueOf(map(variable).get("name")), fields.getOrDefault(path, ""));
    }
    return environment;
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
