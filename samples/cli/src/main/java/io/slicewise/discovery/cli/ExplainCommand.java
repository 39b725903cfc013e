package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.Explanation;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.source.DiscoveryObserver;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the verdict on every address of Services, and what is wrong with them, once. */
@Command(
    name = "explain",
    header = "Says why each address of a Service is called or not.",
    description = {
      "",
      "Says of every address of a Service whether it is called and why not, and what is wrong with"
          + " the Service if anything is.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every target has an endpoint that can be picked",
      "1:unexpected failure",
      "2:wrong arguments, or a cluster configuration that cannot be used",
      "3:no complete list of some target within --wait (unreachable, forbidden)",
      "4:some target has no endpoint that can be picked",
      "130:stopped by Ctrl-C or SIGTERM"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  slicewise explain checkout.shop:grpc",
      "  slicewise explain db-0.db.data:pg --context staging",
      "  slicewise explain checkout payment -n shop --wait 3s --json",
      "  slicewise explain checkout.shop --zone a --policy zoneAware --callers a=2,b=1,c=1"
    })
final class ExplainCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin private TargetOptions targets = new TargetOptions();

  @Mixin private RoutingOptions routing = new RoutingOptions();

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(names = "--json", description = "Print JSON, an object a line for each target.")
  private boolean json;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description = "Wait this long for the first list (default: ${DEFAULT-VALUE}).")
  private Duration wait = Duration.ZERO;

  private final InstantSource clock = InstantSource.system();

  ExplainCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ServiceDiscoveryBuilder builder = routing.applyTo(ServiceDiscovery.builder());
    ClusterConfig config = cluster.config();
    try (LogLines logs = new LogLines(err::println, cluster.verbose());
        Watches watches = new Watches(cluster.open(builder, config, DiscoveryObserver.NONE))) {
      err.println("connecting to " + config);
      routing.idle().forEach(err::println);
      long start = System.nanoTime();
      awaitCallers(watches, err);
      watches.open(targets.targets());
      watches.awaitLists(wait.minusNanos(System.nanoTime() - start));
      List<Explanation> explanations = watches.all().stream().map(ServiceWatch::explain).toList();
      explanations.forEach(explanation -> print(explanation, out));
      out.flush();
      if (!watches.pending().isEmpty()) {
        return ExitCode.NEVER_SYNCED;
      }
      return explanations.stream().anyMatch(each -> each.view().eligible().isEmpty())
          ? ExitCode.NOTHING_TO_PICK
          : ExitCode.OK;
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    }
  }

  /** Half of the time at most goes to the callers' list, so that the targets have the other. */
  private void awaitCallers(Watches watches, PrintWriter err) throws InterruptedException {
    ServiceTarget service = routing.callersFrom();
    if (service == null) {
      return;
    }
    ServiceWatch callers = watches.openCallers(service);
    Watches.awaitLists(List.of(callers), wait.dividedBy(2));
    ServiceView view = callers.view();
    if (view.problem() != null
        && view.endpoints().stream().noneMatch(caller -> caller.conditions().ready())) {
      err.println("callers unknown: " + view.problem()); // that it has no port is no matter here
    }
  }

  private void print(Explanation explanation, PrintWriter out) {
    if (json) {
      out.println(new Json().explanation(explanation, clock.instant()));
      return;
    }
    ViewText.explanation(explanation, clock.instant()).forEach(out::println);
    AccessAdvice.on(explanation.view()).forEach(out::println);
    out.println();
  }
}
