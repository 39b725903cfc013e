package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the Service that the own pod belongs to, by one list of the own namespace, a page at a
 * time; tried again for five minutes, because a pod is no endpoint before it is ready. Given up in
 * silence where the namespace may not be read. Confined to a writer of its own.
 */
final class CallerFinder {

  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(5);
  private static final int PAGE = 500;
  private static final int FORBIDDEN = 403;
  private static final int UNAUTHORIZED = 401;

  private final OwnPod pod;
  private final String namespace;
  private final Self self;
  private final SliceSource source;
  private final Environment environment;
  private final SerialExecutor writer;
  private final Consumer<String> onFound;
  private final Timer timer;
  private final Map<String, Integer> sizes = new HashMap<>(); // of every Service, in this round
  private final TreeSet<String> ours = new TreeSet<>();
  private SliceSource.@Nullable Exchange exchange;
  private Duration wait = FIRST_WAIT;
  private long begunAt;
  private boolean closed;

  /**
   * Creates a finder.
   *
   * @param namespace the own namespace
   * @param onFound hears the Service's name, once at most
   */
  CallerFinder(
      String namespace,
      Self self,
      SliceSource source,
      Environment environment,
      Consumer<String> onFound) {
    this.pod = self.pod();
    this.namespace = namespace;
    this.self = self;
    this.source = source;
    this.environment = environment;
    this.writer = new SerialExecutor(environment.writers());
    this.onFound = onFound;
    this.timer = new Timer(environment, writer);
  }

  void begin() {
    writer.execute(
        () -> {
          begunAt = environment.now();
          self.callers(Callers.unknown("looking for the own Service in namespace " + namespace));
          list(null);
        });
  }

  void close() {
    writer.execute(
        () -> {
          closed = true;
          timer.cancel();
          if (exchange != null) {
            exchange.cancel();
          }
        });
  }

  private void list(@Nullable String continueToken) {
    if (closed) {
      return;
    }
    if (continueToken == null) {
      sizes.clear();
      ours.clear();
    }
    SliceRequest request =
        new SliceRequest(
            SliceRequest.Kind.LIST,
            namespace,
            new TreeSet<>(),
            SliceRequest.Content.SLICES,
            continueToken == null ? "0" : "",
            PAGE,
            continueToken,
            Duration.ofMinutes(1));
    exchange = source.start(request, new Page());
  }

  /** Hears one page, on the reader's thread, and hands it over. */
  private final class Page implements SliceHandler {

    @Override
    public void onOpen() {}

    @Override
    public void onEvent(SliceEvent event) {
      EndpointSlice slice = event.slice();
      if (slice != null && !slice.service().isEmpty()) {
        writer.execute(() -> take(slice));
      }
    }

    @Override
    public void onEnd(ExchangeEnd end) {
      writer.execute(() -> ended(end));
    }
  }

  private void take(EndpointSlice slice) {
    int ready = 0;
    for (SliceEndpoint endpoint : slice.endpoints()) {
      ready += endpoint.conditions().tier() == 1 ? 1 : 0;
      if (pod.is(endpoint, slice.namespace())) {
        ours.add(slice.service());
        String zone = endpoint.zone();
        if (zone != null) {
          self.zone(zone, "own pod in slice " + slice.namespace() + "/" + slice.name());
        }
      }
    }
    sizes.merge(slice.service(), ready, Integer::sum);
  }

  private void ended(ExchangeEnd end) {
    if (closed) {
      return;
    }
    if (end.kind() == ExchangeEnd.Kind.COMPLETE && end.continueToken() != null) {
      list(end.continueToken());
      return;
    }
    if (end.kind() == ExchangeEnd.Kind.COMPLETE && !ours.isEmpty()) {
      onFound.accept(largest());
      return;
    }
    int code = end.status() == null ? 0 : end.status().code();
    if (code == FORBIDDEN || code == UNAUTHORIZED) {
      giveUp("EndpointSlices of the own namespace " + namespace + " may not be listed");
      return;
    }
    String problem =
        end.kind() == ExchangeEnd.Kind.COMPLETE
            ? "the own pod is an endpoint of no Service in namespace " + namespace
            : "the own namespace " + namespace + " could not be listed";
    if (environment.now() - begunAt + wait.toNanos() > GIVE_UP_AFTER.toNanos()) {
      giveUp(problem);
      return;
    }
    self.callers(Callers.unknown(problem + " yet"));
    timer.set(environment.jittered(wait), () -> list(null));
    wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
  }

  /** Several Services may have the pod, a headless one beside another: that with most endpoints. */
  private String largest() {
    String best = ours.first();
    for (String service : ours) {
      best = sizes.getOrDefault(service, 0) > sizes.getOrDefault(best, 0) ? service : best;
    }
    return best;
  }

  private void giveUp(String why) {
    self.callers(Callers.unknown(why));
  }
}
