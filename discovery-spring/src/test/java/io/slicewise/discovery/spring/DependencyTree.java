package io.slicewise.discovery.spring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an application gets that depends on a module, from the verbose tree that the build writes.
 *
 * <p>Maven's own list does not do: it has what only an optional dependency brings.
 */
final class DependencyTree {

  private static final Pattern NODE =
      Pattern.compile(
          "^([ |+\\\\-]*)\\(?([\\w.-]+:[\\w.-]+):jar:(?:[\\w.-]+:)?([\\w.-]+):(compile|runtime)\\b");

  private static final Pattern OPTIONAL =
      Pattern.compile(
          "<groupId>(.+)</groupId>\\s*<artifactId>(.+)</artifactId>"
              + "(?:\\s*<version>.+</version>)?\\s*<optional>true");

  private final Map<String, Set<String>> children = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();

  private DependencyTree(List<String> lines, Set<String> optional) {
    List<String> path = new ArrayList<>(List.of(""));
    for (String line : lines) {
      Matcher node = NODE.matcher(line);
      if (!node.find()) {
        // The module itself, or the root of what only tests see.
        skip(line, path);
        continue;
      }
      int depth = node.group(1).length() / 3;
      String name = node.group(2);
      if (depth > 1 || !optional.contains(name)) {
        children.computeIfAbsent(path.get(depth - 1), parent -> new HashSet<>()).add(name);
      }
      if (!line.contains("omitted for")) {
        versions.put(name, node.group(3));
      }
      path.subList(depth, path.size()).clear();
      path.add(name);
    }
  }

  private static void skip(String line, List<String> path) {
    int depth = (line.length() - line.replaceFirst("^[ |+\\\\-]+", "").length()) / 3;
    if (depth > 0) {
      path.subList(depth, path.size()).clear();
      path.add(line);
    }
  }

  /**
   * The tree of the module at a path.
   *
   * @throws IOException if the build has written none: run Maven from the root with {@code -am}
   */
  static DependencyTree of(Path module) throws IOException {
    Set<String> optional = new HashSet<>();
    Matcher matcher = OPTIONAL.matcher(Files.readString(module.resolve("pom.xml")));
    while (matcher.find()) {
      optional.add(matcher.group(1) + ":" + matcher.group(2));
    }
    Path tree = module.resolve("target/dependencies.txt");
    return new DependencyTree(Files.readAllLines(tree), optional);
  }

  /** Other people's jars, each as {@code group:artifact version}. */
  Set<String> jars() {
    Set<String> reached = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(""));
    while (!next.isEmpty()) {
      for (String child : children.getOrDefault(next.remove(), Set.of())) {
        if (reached.add(child)) {
          next.add(child);
        }
      }
    }
    Set<String> jars = new HashSet<>();
    for (String name : reached) {
      if (!name.startsWith("io.slicewise:") && versions.containsKey(name)) {
        jars.add(name + " " + versions.get(name));
      }
    }
    return jars;
  }
}
