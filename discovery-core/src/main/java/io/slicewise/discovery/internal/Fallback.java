package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.FallbackAuthority;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.IpLiteral;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.model.SyncState;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a Service of which nothing is known for a while: the addresses of a DNS name, as if
 * slices had listed them. Confined to the writer.
 */
final class Fallback {

  /** A headless Service's name stands for its pods, and those change. */
  private static final Duration BETWEEN_LOOKUPS = Duration.ofSeconds(5);

  private final FallbackAuthority authority;
  private final Client client;
  private final StreamContext context;
  private final Stability stability;
  private final Runnable onNews;
  private final EndpointAssembler assembler;
  private final Timer timer;
  private final TreeMap<String, EndpointSlice> slices = new TreeMap<>();
  private @Nullable String failure;
  private boolean needed;
  private boolean ended;
  private long asked; // the number of the last question; answers to older ones are late

  /**
   * Creates one that is not needed.
   *
   * @param onNews called on the writer when {@link #insteadOf} may give another answer
   */
  Fallback(
      FallbackAuthority authority,
      Client client,
      StreamContext context,
      Stability stability,
      Runnable onNews) {
    this.authority = authority;
    this.client = client;
    this.context = context;
    this.stability = stability;
    this.onNews = onNews;
    this.assembler = new EndpointAssembler(null, client.protocol());
    this.timer = context.newTimer();
  }

  /** Returns what to go by: what is said if there is something in it, else the fallback. */
  Published insteadOf(Published said) {
    if (said.isUsable() || ended) {
      close();
      return said;
    }
    if (!needed) {
      needed = true;
      timer.set(stability.fallbackAfter(), this::ask);
    }
    String why = said.problem() == null ? "no list has arrived yet" : said.problem();
    if (slices.isEmpty()) {
      return failure == null ? said : said.withProblem(failure + "; " + why);
    }
    return new Published(
        assembler.assemble(),
        assembler.port(),
        SyncState.FALLBACK,
        "",
        null,
        false,
        null,
        "calls go to " + authority + " meanwhile; " + why);
  }

  /** Is never needed again. */
  void end() {
    ended = true;
    close();
  }

  /** Is not needed any more, until the next time. */
  private void close() {
    if (needed) {
      needed = false;
      asked++;
      timer.cancel();
      slices.clear();
      failure = null;
      assembler.update(List.of());
      assembler.settle();
    }
  }

  private void ask() {
    long question = ++asked;
    find()
        .whenCompleteAsync(
            (addresses, problem) -> {
              if (question == asked) {
                timer.set(BETWEEN_LOOKUPS, this::ask); // one at a time, however slow names are
                answered(addresses, problem);
              }
            },
            context.writer());
  }

  private CompletableFuture<List<InetAddress>> find() {
    try {
      return stability.names().find(authority.host());
    } catch (RuntimeException e) { // the application's
      return CompletableFuture.failedFuture(e);
    }
  }

  private void answered(@Nullable List<InetAddress> addresses, @Nullable Throwable problem) {
    if (addresses == null || addresses.isEmpty()) {
      // What was known is better than nothing.
      failure = "fallback " + authority + ": " + (problem == null ? "no address" : text(problem));
    } else {
      failure = null;
      List<SliceEndpoint> four = new ArrayList<>();
      List<SliceEndpoint> six = new ArrayList<>();
      for (InetAddress address : addresses) {
        (address instanceof Inet4Address ? four : six).add(endpoint(address));
      }
      put("fallback-ipv4", AddressType.IPV4, four);
      put("fallback-ipv6", AddressType.IPV6, six);
      assembler.update(List.copyOf(slices.values()));
      assembler.settle();
    }
    onNews.run();
  }

  private SliceEndpoint endpoint(InetAddress address) {
    String text = address.getHostAddress();
    String canonical = IpLiteral.canonical(text);
    return new SliceEndpoint(
        canonical == null ? text : canonical,
        Conditions.of(true, true, false),
        client.eligibility().pod(), // whoever names one pod gives the fallback for that pod
        null,
        null,
        null,
        0,
        0,
        Hints.NONE);
  }

  private void put(String name, AddressType type, List<SliceEndpoint> endpoints) {
    EndpointSlice now =
        new EndpointSlice(
            context.namespace(),
            name,
            "",
            "",
            type,
            Map.of(),
            endpoints,
            List.of(new SlicePort("", client.protocol(), authority.port(), null)),
            null);
    if (endpoints.isEmpty()) {
      slices.remove(name);
    } else if (!now.equals(slices.get(name))) {
      slices.put(name, now);
    }
  }

  private static String text(Throwable problem) {
    Throwable cause = problem.getCause() == null ? problem : problem.getCause();
    String message = cause.getMessage();
    return cause.getClass().getSimpleName() + (message == null ? "" : " " + message);
  }
}
