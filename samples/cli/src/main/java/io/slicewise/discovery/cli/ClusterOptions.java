package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which cluster is meant, and how much to say about it. */
final class ClusterOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description =
          "Namespace of targets that name none (default: the service account's, else the"
              + " context's, else default).")
  private @Nullable String namespace;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Kubeconfig to use (default: in a pod its service account, elsewhere the first existing"
              + " file of $$KUBECONFIG, else ~/.kube/config).")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "Context of the kubeconfig (default: its current one).")
  private @Nullable String context;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log what discovery does, on stderr (default: warnings only).")
  private boolean verbose;

  ClusterOptions() {}

  boolean verbose() {
    return verbose;
  }

  /**
   * Returns which cluster is meant.
   *
   * @throws io.slicewise.discovery.kubernetes.ClusterConfigException if it cannot be found or used
   */
  ClusterConfig config() {
    if (kubeconfig != null) {
      return ClusterConfig.kubeconfig(kubeconfig, context);
    }
    return context == null
        ? ClusterConfig.detect()
        : ClusterConfig.kubeconfig(usualKubeconfig(), context);
  }

  /** A context belongs to a kubeconfig, also in a pod, so this one looks for no service account. */
  private static Path usualKubeconfig() {
    String list = System.getenv().getOrDefault("KUBECONFIG", "");
    for (String file : list.split(File.pathSeparator, -1)) {
      if (!file.isEmpty() && Files.exists(Path.of(file))) {
        return Path.of(file);
      }
    }
    return Path.of(System.getProperty("user.home", ""), ".kube", "config");
  }

  /** Opens discovery on a cluster, with what else has been set. */
  ServiceDiscovery open(
      ServiceDiscoveryBuilder builder, ClusterConfig config, DiscoveryObserver observer) {
    builder.cluster(config).observer(observer);
    if (namespace != null) {
      try {
        builder.namespace(namespace);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(command.commandLine(), "--namespace: " + e.getMessage(), e);
      }
    }
    return builder.build();
  }
}
