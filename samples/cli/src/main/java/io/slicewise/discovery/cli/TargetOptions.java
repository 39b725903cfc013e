package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceTarget;
import java.util.List;
import picocli.CommandLine.Parameters;

/** What watch and explain look at. */
final class TargetOptions {

  @Parameters(
      arity = "1..*",
      paramLabel = "TARGET",
      converter = TargetConverter.class,
      description = "[pod.]service[.namespace][:port]; the port is a name or a target port.")
  private List<ServiceTarget> targets = List.of();

  TargetOptions() {}

  List<ServiceTarget> targets() {
    return targets;
  }
}
