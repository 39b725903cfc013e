package io.slicewise.discovery.samples.kubernetes;

import static io.slicewise.discovery.samples.kubernetes.YamlDocuments.list;
import static io.slicewise.discovery.samples.kubernetes.YamlDocuments.map;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A directory with a {@code kustomization.yaml}, and what {@code kubectl kustomize} makes of it.
 */
final class Kustomization {

  private static final Set<String> UNDERSTOOD =
      Set.of("apiVersion", "kind", "resources", "patches");

  private final Path directory;
  private final Set<Path> files = new TreeSet<>();
  private List<Map<String, Object>> objects = new ArrayList<>();

  private Kustomization(Path directory) {
    this.directory = directory;
  }

  static Kustomization build(Path directory) throws IOException {
    Kustomization kustomization = new Kustomization(directory.normalize());
    kustomization.build();
    return kustomization;
  }

  /** Every overlay, and the base. */
  static List<Path> directories() throws IOException {
    List<Path> directories = new ArrayList<>(List.of(Path.of("base")));
    try (var overlays = Files.list(Path.of("overlays"))) {
      overlays.sorted().forEach(directories::add);
    }
    return directories;
  }

  /** The overlays that bring images, of which one is applied. */
  static List<Path> overlays() throws IOException {
    return directories().stream().filter(each -> !each.equals(Path.of("base"))).toList();
  }

  List<Map<String, Object>> objects() {
    return objects;
  }

  /** All files that went into it. */
  Set<Path> files() {
    return files;
  }

  private void build() throws IOException {
    Path file = directory.resolve("kustomization.yaml");
    files.add(file);
    Map<String, Object> content = YamlDocuments.read(file).get(0);
    require(UNDERSTOOD.containsAll(content.keySet()), file + ": " + content.keySet());
    for (Object resource : list(content.get("resources"))) {
      Path path = directory.resolve(resource.toString()).normalize();
      if (Files.isDirectory(path)) {
        Kustomization other = build(path);
        objects.addAll(other.objects);
        files.addAll(other.files);
      } else {
        objects.addAll(YamlDocuments.read(path));
        files.add(path);
      }
    }
    for (Object patch : list(content.getOrDefault("patches", List.of()))) {
      patch(map(patch));
    }
  }

  private void patch(Map<String, Object> patch) throws IOException {
    Path path = directory.resolve(Objects.requireNonNull(patch.get("path")).toString()).normalize();
    files.add(path);
    List<Map<String, Object>> documents = YamlDocuments.read(path);
    require(documents.size() == 1, path + ": " + documents.size() + " documents (expected: 1)");
    Map<String, Object> change = new HashMap<>(documents.get(0));
    Object target = patch.get("target");
    Map<String, Object> wanted = target == null ? identity(change) : map(target);
    boolean delete = "delete".equals(change.remove("$patch"));
    List<Map<String, Object>> patched = new ArrayList<>();
    int hits = 0;
    for (Map<String, Object> object : objects) {
      boolean hit = identity(object).entrySet().containsAll(wanted.entrySet());
      hits += hit ? 1 : 0;
      if (!hit) {
        patched.add(object);
      } else if (!delete) {
        patched.add(StrategicMerge.merge(object, change));
      }
    }
    require(hits > 0, path + ": patches nothing");
    objects = patched;
  }

  /** Kind, namespace and name. */
  static Map<String, Object> identity(Map<String, Object> object) {
    Map<String, Object> metadata = map(Objects.requireNonNull(object.get("metadata")));
    Map<String, Object> identity = new HashMap<>();
    identity.put("kind", Objects.requireNonNull(object.get("kind")));
    identity.put("namespace", metadata.getOrDefault("namespace", ""));
    identity.put("name", Objects.requireNonNull(metadata.get("name")));
    return identity;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
