package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceDiscoveryBuilder;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.ServiceView;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the views of Services as they change, until it is told to stop. */
@Command(
    name = "watch",
    header = "Shows the endpoints of Services as they change.",
    description = {
      "",
      "Shows the endpoints of Services as they change: as a table, redrawn in place on a terminal"
          + " and appended elsewhere, or as JSON.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ended by --for, Ctrl-C, SIGTERM, or because nobody reads its output",
      "1:unexpected failure",
      "2:wrong arguments, or a cluster configuration that cannot be used",
      "3:ended before there was a complete list of every target (unreachable, forbidden)"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  slicewise watch checkout.shop:grpc",
      "  slicewise watch checkout payment -n shop --zone eu-west-1a",
      "  slicewise watch checkout.shop --context staging --json --for 30s",
      "  slicewise watch checkout.shop --zone eu-west-1a --callers-from web.shop",
      "",
      "With --json each view with other content, state or shares is one line with the keys t (epoch",
      "ms), service, state, revision, resourceVersion, endpoints: a list with the keys address,",
      "port, zone, node, pod, hostname, ready, serving, terminating, share and out, and routing:",
      "policy, scope, zone, zoneSource, basis, panic, ejected, starting, zones (zone, endpoints,",
      "capacity, callers, share) and notes."
    })
final class WatchCommand implements Callable<Integer> {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin private TargetOptions targets = new TargetOptions();

  @Mixin private RoutingOptions routing = new RoutingOptions();

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(names = "--json", description = "Print JSON, an object a line.")
  private boolean json;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "End after this time, as in 500ms, 30s, 2m (default: never).")
  private @Nullable Duration length;

  private final InstantSource clock = InstantSource.system();

  WatchCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Screen screen = !json && Terminal.isPresent() ? new Screen(out, err, Terminal::size) : null;
    Consumer<String> notes = screen == null ? err::println : screen::note;
    ServiceDiscoveryBuilder builder = routing.applyTo(ServiceDiscovery.builder());
    ClusterConfig config = cluster.config();
    ViewFeed feed = new ViewFeed(clock);
    try (LogLines logs = new LogLines(notes, cluster.verbose());
        Watches watches = new Watches(cluster.open(builder, config, feed))) {
      notes.accept("connecting to " + config);
      routing.idle().forEach(notes);
      watches.open(targets.targets());
      // A watch of a Service that another target opened has its view already.
      watches.views().forEach(feed::onPublished);
      ViewSink sink =
          json
              ? ViewSink.json(out)
              : screen == null
                  ? ViewSink.tables(out)
                  : ViewSink.live(screen, watches::views, clock);
      follow(feed, sink);
      return verdict(watches, notes);
    }
  }

  private void follow(ViewFeed feed, ViewSink sink) {
    long start = System.nanoTime();
    long nanos = length == null ? Long.MAX_VALUE : length.toNanos();
    try {
      long left = nanos;
      while (left > 0 && !sink.isGone()) {
        ViewFeed.Published published =
            feed.next(left < SECOND.toNanos() ? Duration.ofNanos(left) : SECOND);
        if (published == null) {
          sink.idle();
        } else {
          sink.take(published);
        }
        left = nanos - (System.nanoTime() - start);
      }
    } catch (InterruptedException e) {
      return; // Ctrl-C, or SIGTERM: how a watch ends
    }
  }

  private static int verdict(Watches watches, Consumer<String> notes) {
    List<ServiceView> pending = watches.pending();
    for (ServiceView view : pending) {
      notes.accept("no complete list of " + view.target() + ": " + view.problem());
      AccessAdvice.on(view).forEach(notes);
    }
    return pending.isEmpty() ? ExitCode.OK : ExitCode.NEVER_SYNCED;
  }
}
