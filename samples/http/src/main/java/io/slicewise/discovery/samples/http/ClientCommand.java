package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.ServiceTarget;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Calls a Service and shows who answers. */
@Command(
    name = "client",
    header = "Calls a Service and shows which zones answer.",
    description = {
      "",
      "Gets orders at a steady rate, and prints each second how many calls there were and which"
          + " zones answered. In a pod it uses its service account,"
          + " elsewhere a kubeconfig.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ended by --seconds, Ctrl-C or SIGTERM, and no call failed",
      "1:calls failed, or nothing is known of the Service",
      "2:wrong arguments, or a cluster configuration that cannot be used"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  slicewise-http client --target checkout.shop:http",
      "  slicewise-http client --target checkout.shop:http --zone eu-1a --client reactor"
    })
final class ClientCommand implements Callable<Integer> {

  private static final Duration FIRST_LIST = Duration.ofSeconds(10);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      required = true,
      description = "The Service: service.namespace:port.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String target;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Kubeconfig to use (default: in a pod its service account, elsewhere $$KUBECONFIG, else"
              + " ~/.kube/config).")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Zone to call from (default: found in a pod, else unknown).")
  private @Nullable String zone;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "50",
      description = "Calls a second, 1 to 10000 (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "End after this time, 1 to 86400 (default: never).")
  private @Nullable Integer seconds;

  @Option(
      names = "--client",
      paramLabel = "NAME",
      defaultValue = "okhttp",
      description = "HTTP client: okhttp, jdk, apache or reactor (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Library client;

  ClientCommand() {}

  @Override
  public Integer call() throws NotSyncedException {
    ServiceTarget service = check();
    Tally tally = new Tally();
    try (ServiceDiscovery discovery = discovery();
        ServiceWatch watch = discovery.watch(service, WatchOptions.DEFAULTS)) {
      awaitFirstList(watch);
      Board board = new Board(tally, () -> watch.view().routing().zone(), List.of());
      // The target that the watch has made of it names its namespace.
      try (CheckoutClient calling =
          new CheckoutClient(
              discovery, watch.target(), WatchOptions.DEFAULTS, List.of(client), tally)) {
        calling.warmUp();
        calling.start(rate);
        show(board);
      } catch (InterruptedException e) {
        // Ctrl-C, or SIGTERM: how it ends
      }
      return verdict(tally, board);
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED;
    }
  }

  private ServiceTarget check() {
    new IntRange(1, 10_000).check(spec, "--rate", rate);
    if (seconds != null) {
      new IntRange(1, 86_400).check(spec, "--seconds", seconds);
    }
    if (zone != null && zone.isBlank()) {
      throw new ParameterException(spec.commandLine(), "--zone: \"\" (expected: a name)");
    }
    try {
      return ServiceTarget.parse(target);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private ServiceDiscovery discovery() {
    ServiceDiscoveryBuilder builder = ServiceDiscovery.builder();
    if (kubeconfig != null) {
      builder.cluster(ClusterConfig.kubeconfig(kubeconfig));
    }
    if (zone != null) {
      builder.zone(zone);
    }
    return builder.build();
  }

  private static void awaitFirstList(ServiceWatch watch)
      throws NotSyncedException, InterruptedException {
    try {
      watch.whenSynced().get(FIRST_LIST.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new NotSyncedException(
          watch.target()
              + ": no list in "
              + FIRST_LIST.toSeconds()
              + " s: "
              + watch.view().problem());
    }
  }

  private void show(Board board) throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long start = System.nanoTime();
    for (int second = 1; seconds == null || second <= seconds; second++) {
      TimeUnit.NANOSECONDS.sleep(start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
      Duration now = Duration.ofSeconds(second);
      board.next(now, "").forEach(out::println);
    }
  }

  private int verdict(Tally tally, Board board) {
    PrintWriter err = spec.commandLine().getErr();
    tally.reasons().forEach((reason, times) -> err.println("failed: " + times + " x " + reason));
    tally.pods().forEach((pod, n) -> spec.commandLine().getOut().println(pod + ": " + n));
    spec.commandLine().getOut().println(board.result());
    return tally.counts().errors() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }
}
