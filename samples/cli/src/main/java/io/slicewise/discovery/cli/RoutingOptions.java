package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.policy.TopologyPolicy;
import io.slicewise.discovery.policy.ZoneAware;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say who calls, from where, and how its calls are to spread over zones. */
final class RoutingOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description =
          "Zone of the caller (default: found as an application in a pod finds it, else unknown).")
  private @Nullable String zone;

  @Option(
      names = "--node",
      paramLabel = "NODE",
      description = "Node of the caller (default: found likewise).")
  private @Nullable String node;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      converter = Policy.class,
      description =
          "Which endpoints are called: auto, zoneAware, kubernetes, sameZone, sameNode,"
              + " sameNodeStrict or uniform (default: auto).")
  private TopologyPolicy policy = TopologyPolicy.auto();

  @Option(
      names = "--tolerance",
      paramLabel = "E",
      converter = Tolerance.class,
      description =
          "How far above an equal load an endpoint may get, 0 to 10; with auto and zoneAware"
              + " (default: 0.2).")
  private @Nullable Double tolerance;

  @Option(
      names = "--region",
      paramLabel = "ZONE=REGION,...",
      converter = RegionsConverter.class,
      description =
          "Regions of zones, as in a=east,b=east,c=west: what leaves a zone stays in its region"
              + " where it can; with auto and zoneAware (default: none).")
  private @Nullable Regions regions;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      converter = Strategy.class,
      description =
          "How an endpoint is chosen inside a zone: twoChoices, roundRobin or random (default:"
              + " twoChoices). It has no influence on shares.")
  private PickStrategy strategy = PickStrategy.TWO_CHOICES;

  @Option(
      names = "--subset",
      paramLabel = "N",
      description =
          "About how many endpoints calls go to, a part of each zone's as large as its share"
              + " (default: 0, all of them).")
  private int subset;

  @Option(
      names = "--callers",
      paramLabel = "ZONE=SHARE,...",
      converter = CallerShares.Converter.class,
      description =
          "How the callers spread over zones, as in a=2,b=1,c=1; scaled to add up to 1 (default:"
              + " found in a pod, else unknown).")
  private @Nullable CallerShares callers;

  @Option(
      names = "--callers-from",
      paramLabel = "SERVICE",
      converter = Service.class,
      description =
          "Service that the caller belongs to, service[.namespace]: its ready endpoints are the"
              + " callers. Not together with --callers.")
  private @Nullable ServiceTarget callersFrom;

  RoutingOptions() {}

  /** The Service whose endpoints are the callers, where the policy asks for them; else null. */
  @Nullable ServiceTarget callersFrom() {
    return policy.usesCallers() ? callersFrom : null;
  }

  /** Returns what was said and has no influence, a line each. */
  List<String> idle() {
    if (policy.usesCallers() || (callers == null && callersFrom == null)) {
      return List.of();
    }
    return List.of(
        (callers == null ? "--callers-from" : "--callers")
            + " has no influence: the policy "
            + policy.label()
            + " does not ask where the callers are");
  }

  /** Sets what was said, and refuses what does not go together. */
  ServiceDiscoveryBuilder applyTo(ServiceDiscoveryBuilder builder) {
    if (callers != null && callersFrom != null) {
      throw refused("--callers-from: " + callersFrom + " (expected: not together with --callers)");
    }
    try {
      builder.policy(topology()).strategy(strategy).subset(subset);
      if (zone != null) {
        builder.zone(zone);
      }
      if (node != null) {
        builder.node(node);
      }
      if (callers != null) {
        builder.callers(callers.byZone());
      }
      if (callersFrom != null) {
        builder.callerService(callersFrom.toString());
      }
    } catch (IllegalArgumentException e) {
      throw refused("--" + e.getMessage()); // named as the option is
    }
    return builder;
  }

  private TopologyPolicy topology() {
    if (tolerance == null && regions == null) {
      return policy;
    }
    if (!policy.usesCallers()) {
      throw refused(
          (regions == null ? "--tolerance: " + tolerance : "--region: " + regions.text())
              + " (expected: with --policy auto or zoneAware, not "
              + policy.label()
              + ")");
    }
    ZoneAware byZone =
        ZoneAware.DEFAULTS.withRegions(regions == null ? Map.of() : regions.byZone());
    byZone = tolerance == null ? byZone : byZone.withTolerance(tolerance);
    return policy instanceof ZoneAware ? byZone : TopologyPolicy.auto(byZone);
  }

  private ParameterException refused(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private static <T> T orRefused(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** Reads the name of a policy. */
  static final class Policy implements ITypeConverter<TopologyPolicy> {
    @Override
    public TopologyPolicy convert(String name) {
      return orRefused(() -> TopologyPolicy.named(name));
    }
  }

  /** Reads the name of a strategy. */
  static final class Strategy implements ITypeConverter<PickStrategy> {
    @Override
    public PickStrategy convert(String name) {
      return orRefused(() -> PickStrategy.named(name));
    }
  }

  /** Reads a tolerance. */
  static final class Tolerance implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      try {
        return ZoneAware.DEFAULTS.withTolerance(Double.parseDouble(text)).tolerance();
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + text + "' (expected: 0 to 10)");
      }
    }
  }

  /** Reads a Service without a pod or a port. */
  static final class Service implements ITypeConverter<ServiceTarget> {
    @Override
    public ServiceTarget convert(String text) {
      String expected = "'" + text + "' (expected: service or service.namespace)";
      ServiceTarget target;
      try {
        target = ServiceTarget.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(expected);
      }
      if (target.pod() != null || target.port() != null) {
        throw new TypeConversionException(expected);
      }
      return target;
    }
  }

  /**
   * Regions of zones.
   *
   * @param text as they were given
   * @param byZone the region of each zone
   */
  record Regions(String text, Map<String, String> byZone) {}

  /** Reads the regions of zones. */
  static final class RegionsConverter implements ITypeConverter<Regions> {
    @Override
    public Regions convert(String text) {
      return new Regions(text, ZonePairs.parse(text, "ZONE=REGION,... as in a=east,b=east,c=west"));
    }
  }
}
