package io.slicewise.discovery.samples.kubernetes;

import static io.slicewise.discovery.samples.kubernetes.YamlDocuments.list;
import static io.slicewise.discovery.samples.kubernetes.YamlDocuments.map;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Strategic merge patches, as far as the overlays use them: maps are merged, lists with a key too,
 * other lists are replaced. {@code KustomizationTest} compares it with kubectl's.
 */
final class StrategicMerge {

  private static final Map<String, List<String>> KEYS =
      Map.of(
          "containers", List.of("name"),
          "env", List.of("name"),
          "volumes", List.of("name"),
          "volumeMounts", List.of("mountPath"),
          "ports", List.of("containerPort", "port"));

  private StrategicMerge() {}

  static Map<String, Object> merge(Map<String, Object> target, Map<String, Object> patch) {
    Map<String, Object> merged = new LinkedHashMap<>(target);
    patch.forEach((key, value) -> merged.merge(key, value, (old, now) -> merge(key, old, now)));
    return merged;
  }

  private static Object merge(String key, Object old, Object now) {
    if (old instanceof Map && now instanceof Map) {
      return merge(map(old), map(now));
    }
    if (old instanceof List && now instanceof List && KEYS.containsKey(key)) {
      return mergeLists(KEYS.get(key), list(old), list(now));
    }
    return now;
  }

  private static List<Object> mergeLists(List<String> keys, List<Object> old, List<Object> now) {
    List<Object> merged = new ArrayList<>(old);
    List<Object> added = new ArrayList<>();
    for (Object item : now) {
      Object name = name(keys, item);
      int index = 0;
      while (index < merged.size() && !name(keys, merged.get(index)).equals(name)) {
        index++;
      }
      if (index < merged.size()) {
        merged.set(index, merge(map(merged.get(index)), map(item)));
      } else {
        added.add(item);
      }
    }
    merged.addAll(0, added); // first, as kubectl does
    return merged;
  }

  private static Object name(List<String> keys, Object item) {
    return keys.stream().map(map(item)::get).filter(Objects::nonNull).findFirst().orElseThrow();
  }
}
