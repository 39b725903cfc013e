package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubernetes.client.util.KubeConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * One context of a kubeconfig file, as it was when it was read: its cluster and its user.
 *
 * @param file the file, absolute
 * @param context the name of the context
 * @param namespace the context's namespace, or {@code default}
 * @param cluster the settings of the cluster
 * @param user the settings of the user; none at all for a context without a user
 */
record Kubeconfig(Path file, String context, String namespace, Settings cluster, Settings user) {

  /**
   * Reads a file.
   *
   * @param context the context to use, or null for the file's current one
   * @throws ClusterConfigException if the file or what the context names is missing or broken
   */
  static Kubeconfig read(Path file, @Nullable String context) {
    Path absolute = file.toAbsolutePath().normalize();
    KubeConfig parsed = parse(absolute);
    String chosen = context != null ? context : parsed.getCurrentContext();
    if (chosen == null || chosen.isEmpty()) {
      throw new ClusterConfigException(
          absolute + ": no current-context (expected: one of " + names(parsed.getContexts()) + ")");
    }
    Settings found = find(absolute, parsed.getContexts(), "context", chosen);
    String clusterName = found.text("cluster");
    if (clusterName == null) {
      throw new ClusterConfigException(absolute + ": context " + chosen + " names no cluster");
    }
    Settings cluster = find(absolute, parsed.getClusters(), "cluster", clusterName);
    if (cluster.text("server") == null) {
      throw new ClusterConfigException(absolute + ": cluster " + clusterName + " has no server");
    }
    String userName = found.text("user");
    Settings user =
        userName == null
            ? new Settings(absolute, Map.of())
            : find(absolute, parsed.getUsers(), "user", userName);
    String namespace = found.text("namespace");
    return new Kubeconfig(
        absolute, chosen, namespace == null ? "default" : namespace, cluster, user);
  }

  /** The address of the API server, with its scheme. */
  String server() {
    String server = cluster.required("server");
    return server.contains("://") ? server : "https://" + server;
  }

  private static KubeConfig parse(Path file) {
    try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
      return KubeConfig.loadKubeConfig(reader);
    } catch (NoSuchFileException e) {
      throw new ClusterConfigException("no kubeconfig: " + file + " does not exist", e);
    } catch (IOException e) {
      throw new ClusterConfigException("kubeconfig " + file + " cannot be read: " + e, e);
    } catch (RuntimeException e) {
      // Without the cause: it quotes the lines around the error, which may hold a token.
      throw new ClusterConfigException(
          file
              + " is no kubeconfig: "
              + problem(e)
              + " (expected: YAML with contexts, clusters and"
              + " users)");
    }
  }

  private static Settings find(
      Path file, @Nullable List<Object> entries, String what, String name) {
    for (Object entry : entries == null ? List.of() : entries) {
      if (entry instanceof Map<?, ?> map && name.equals(map.get("name"))) {
        Object settings = map.get(what);
        return new Settings(file, settings instanceof Map<?, ?> found ? found : Map.of());
      }
    }
    throw new ClusterConfigException(
        file + ": no " + what + " " + name + " (expected: one of " + names(entries) + ")");
  }

  private static TreeSet<String> names(@Nullable List<Object> entries) {
    TreeSet<String> names = new TreeSet<>();
    for (Object entry : entries == null ? new ArrayList<>() : entries) {
      if (entry instanceof Map<?, ?> map && map.get("name") instanceof String name) {
        names.add(name);
      }
    }
    return names;
  }

  private static String problem(RuntimeException e) {
    if (e instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return marked.getProblem() + " in line " + (marked.getProblemMark().getLine() + 1);
    }
    return "not such a mapping"; // what the official parser stumbles over is not telling
  }
}
