package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to look at, and from where: what watch and explain have in common. */
final class TargetOptions {

  @Parameters(
      arity = "1..*",
      paramLabel = "TARGET",
      converter = TargetConverter.class,
      description = "[pod.]service[.namespace][:port]; the port is a name or a target port.")
  private List<ServiceTarget> targets = List.of();

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Own zone, marked with a star in tables; it has no influence on shares yet.")
  private @Nullable String zone;

  TargetOptions() {}

  List<ServiceTarget> targets() {
    return targets;
  }

  /** The zone to mark, or null. */
  @Nullable String zone() {
    return zone;
  }
}
