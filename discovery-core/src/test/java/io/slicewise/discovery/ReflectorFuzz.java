package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Any sequence of what an API server may do, and of time. The server keeps account of what it has
 * said, and the view must be just that: an attempt at a time, a watch from the version last named,
 * no request sooner than the failure before it allows, no endpoint gone unless the server said so,
 * nothing thrown.
 *
 * <p>Two bytes of an input are one step: what happens, and how.
 */
public final class ReflectorFuzz {

  private static final int MOST_STEPS = 300;
  private static final int[] CODES = {
    400, 401, 403, 404, 406, 409, 410, 418, 422, 429, 500, 502, 503, 504, 0, -1, 999
  };
  private static final Duration SETTLED = Duration.ofMillis(600);
  private static final Logger LOGGER = Logger.getLogger("io.slicewise.discovery.internal");

  private ReflectorFuzz() {}

  /** One execution; the name is Jazzer's. */
  public static void fuzzerTestOneInput(byte[] input) {
    List<Throwable> thrown = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord logRecord) {
            if (logRecord.getThrown() != null) {
              thrown.add(logRecord.getThrown());
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    LOGGER.addHandler(handler);
    LOGGER.setUseParentHandlers(false);
    Server server = new Server();
    try {
      for (int i = 0; i + 1 < input.length && i < 2 * MOST_STEPS; i += 2) {
        server.step(input[i], input[i + 1] & 255);
        if (!thrown.isEmpty()) {
          throw new AssertionError("thrown on the writer", thrown.get(0));
        }
      }
      server.close();
    } finally {
      LOGGER.removeHandler(handler);
      LOGGER.setUseParentHandlers(true);
    }
    if (!thrown.isEmpty()) {
      throw new AssertionError("thrown on the writer", thrown.get(0));
    }
  }

  /** The server, and its account of what it has said. */
  private static final class Server {
    private final Harness harness = new Harness();
    private final ServiceWatch watch;

    /** What the client must know, and up to which version. */
    private Map<String, EndpointSlice> known = new TreeMap<>();

    private String version = "";
    private boolean complete;

    // The call under way.
    private ScriptedSource.Call call;
    private Map<String, EndpointSlice> initial = new TreeMap<>();
    private Map<String, EndpointSlice> pages;
    private boolean streaming;
    private boolean opened;
    private boolean failed;
    private boolean over;

    private int versions = 10;
    private int tokens;
    private long openedAt;
    private long notBefore; // no request may come before this
    private long revision;

    Server() {
      harness.source.onStart(this::started);
      watch = harness.watch("checkout:grpc");
    }

    private long now() {
      return harness.clock.nanoTime();
    }

    private void started(ScriptedSource.Call next) {
      SliceRequest request = next.request;
      check(harness.source.running().equals(List.of(next)), "one attempt at a time");
      check(now() >= notBefore, "asked " + (notBefore - now()) + " ns too soon");
      boolean page = request.continueToken() != null;
      check(page == (pages != null), "a page follows a page");
      if (request.kind() == Kind.WATCH) {
        check(complete, "watch without a list");
        check(request.resourceVersion().equals(version), "watch from " + request.resourceVersion());
      } else if (!page) {
        check(
            request.resourceVersion().isEmpty() || request.resourceVersion().equals(version),
            "list at " + request.resourceVersion());
      }
      call = next;
      initial = page ? pages : new TreeMap<>();
      pages = null;
      streaming = request.kind() == Kind.WATCH;
      opened = false;
      failed = false;
      over = false;
      notBefore = 0;
    }

    /** One step; bit 16 keeps the writer from hearing of it at once. */
    void step(byte what, int how) {
      boolean running = call != null && !call.isEnded();
      switch (what & 15) {
        case 0 -> advance(Duration.ofMillis((long) Math.pow(1.05, how)));
        case 1 -> advance(SETTLED);
        case 2 -> advance(Duration.ofSeconds(how));
        case 3 -> {
          harness.settle();
          harness.advance(SETTLED);
          checkView();
        }
        default -> {
          if (running) {
            serve(what & 15, how);
          } else {
            advance(Duration.ofSeconds(2));
          }
        }
      }
      if ((what & 16) == 0) {
        harness.settle();
        checkAlways();
      }
    }

    private void advance(Duration time) {
      harness.settle();
      harness.advance(time);
    }

    private void serve(int what, int how) {
      Kind kind = call.request.kind();
      switch (what) {
        case 4 -> open();
        case 5, 6 -> event(how);
        case 7 -> {
          if (kind != Kind.LIST && open()) {
            bookmark(false);
          }
        }
        case 8 -> {
          if (kind == Kind.LIST) {
            listed(how % 4 == 3 ? "token" + how % 8 : null);
          } else if (open()) {
            bookmark(true);
          }
        }
        case 9 -> end();
        case 10 -> {
          if (kind != Kind.LIST && open()) {
            refuse(status(how, null), true);
          }
        }
        case 11 -> refuse(status(how, null), false);
        case 12 -> refuse(status(how, Duration.ofSeconds(how)), false);
        case 13 -> {
          over(Duration.ofMillis(800));
          call.undecodable();
        }
        case 14 -> {
          over(Duration.ofMillis(800));
          if (how % 2 == 0 && !opened) {
            call.unreachable();
          } else {
            call.broken();
          }
        }
        default -> {
          if (!opened) {
            over(Duration.ofMillis(complete ? 800 : 400));
            call.notListening();
          }
        }
      }
    }

    private boolean open() {
      if (failed) {
        return false; // after an error the server says no more
      }
      if (!opened) {
        opened = true;
        openedAt = now();
        call.open();
      }
      return true;
    }

    private void event(int how) {
      if (!open()) {
        return;
      }
      String name = "s" + how % 3;
      EndpointSlice slice = slice(name, ++versions, endpoints(how / 3));
      Map<String, EndpointSlice> said = streaming ? known : initial;
      if (how % 7 == 6 && call.request.kind() != Kind.LIST) {
        said.remove(name);
        call.deleted(slice);
      } else {
        said.put(name, slice);
        call.added(slice);
      }
      version = streaming ? slice.resourceVersion() : version;
    }

    private static SliceEndpoint[] endpoints(int how) {
      List<SliceEndpoint> endpoints = new ArrayList<>();
      for (int i = 0; i < how % 4; i++) {
        endpoints.add(ready("10.0.0." + (1 + (how + i) % 9)));
      }
      return endpoints.toArray(SliceEndpoint[]::new);
    }

    private void bookmark(boolean initialEventsEnd) {
      String now = Integer.toString(++versions);
      if (streaming) {
        version = now;
      } else if (initialEventsEnd) {
        complete(now);
        streaming = true;
      }
      if (initialEventsEnd) {
        call.initialEventsEnd(now);
      } else {
        call.bookmark(now);
      }
    }

    private void complete(String at) {
      known = initial;
      initial = new TreeMap<>();
      version = at;
      complete = true;
    }

    private void listed(String token) {
      if (!open()) {
        return;
      }
      String now = Integer.toString(++versions);
      if (token == null) {
        complete(now);
        call.listed(now);
      } else if (token.equals(call.request.continueToken())) {
        over(Duration.ofMillis(800));
        call.page(now, token);
      } else {
        pages = initial;
        call.page(now, token);
      }
    }

    private void end() {
      if (call.request.kind() == Kind.LIST) {
        return; // the end of a list says what it listed
      }
      boolean healthy = streaming && opened && now() - openedAt >= 1_000_000_000L;
      over(healthy ? Duration.ZERO : Duration.ofMillis(800));
      call.eof();
    }

    private void refuse(ApiStatus status, boolean inside) {
      if (failed || opened && !inside) {
        return; // a status line comes first
      }
      failed = true;
      over(leastPause(status));
      if (inside) {
        call.error(status);
      } else {
        call.refused(status);
      }
    }

    /** What docs/faults.md promises at least; an expired version may be asked for again at once. */
    private Duration leastPause(ApiStatus status) {
      boolean syncing = !streaming && call.request.kind() == Kind.WATCH_LIST;
      boolean atOnce =
          status.resourceVersionTooLarge()
              || status.code() == 410
              || syncing && (status.code() == 400 || status.code() == 422);
      if (atOnce) {
        return Duration.ZERO;
      }
      if (status.code() == 404) {
        return Duration.ofSeconds(30);
      }
      Duration least = Duration.ofMillis(800);
      Duration asked = status.retryAfter() == null ? least : status.retryAfter();
      asked = asked.compareTo(Duration.ofMinutes(2)) > 0 ? Duration.ofMinutes(2) : asked;
      return asked.compareTo(least) > 0 ? asked : least;
    }

    private static ApiStatus status(int how, Duration retryAfter) {
      boolean tooLarge = how >= 240;
      return new ApiStatus(CODES[how % CODES.length], "", "scripted", retryAfter, tooLarge);
    }

    /** Notes that the attempt has failed; only its first failure counts. */
    private void over(Duration pause) {
      if (!over) {
        over = true;
        notBefore = now() + pause.toNanos();
      }
    }

    private void checkAlways() {
      ServiceView view = watch.view();
      check(harness.source.running().size() <= 1, "at most one attempt");
      check((view.state() == SyncState.PENDING) != complete, "state " + view.state());
      check(view.revision() >= revision, "revision " + view.revision() + " after " + revision);
      revision = view.revision();
      check(complete || view.endpoints().isEmpty(), "endpoints before a list");
    }

    private void checkView() {
      Set<String> expected = new TreeSet<>();
      for (EndpointSlice slice : known.values()) {
        slice.endpoints().forEach(endpoint -> expected.add(endpoint.address()));
      }
      Set<String> found = new TreeSet<>();
      watch.view().endpoints().forEach((Endpoint endpoint) -> found.add(endpoint.address()));
      check(found.equals(expected), "view " + found + " (expected: " + expected + ")");
      check(watch.view().eligible().isEmpty() == expected.isEmpty(), "eligible of " + expected);
    }

    void close() {
      harness.settle();
      harness.advance(SETTLED);
      checkView();
      harness.close();
      check(harness.source.running().isEmpty(), "nothing runs");
      check(harness.clock.pendingTasks() == 0, "no timer is left");
    }

    private static void check(boolean right, String what) {
      if (!right) {
        throw new AssertionError(what);
      }
    }
  }
}
