package io.slicewise.discovery;

import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However an API server behaves, it is not flooded with requests, and the view stays. */
class ReflectorPropertyTest {

  private static final int[] CODES = {400, 401, 403, 404, 406, 410, 422, 429, 500, 502, 503, 504};

  /** A watch that ends each second in good order is reopened each second, and little comes atop. */
  private static final int MOST_A_MINUTE = 75;

  /** Everything that a server may do next to a request. */
  private enum Reaction {
    SILENCE,
    REFUSE_EXPIRED,
    REFUSE_TOO_LARGE,
    REFUSE_AT_RANDOM,
    REFUSE_WITH_RETRY_AFTER,
    UNREACHABLE,
    BREAK,
    GARBLE,
    END,
    OPEN_AND_END,
    OPEN_AND_STALL,
    EXPIRE_INSIDE,
    TOO_LARGE_INSIDE,
    FAIL_INSIDE,
    SYNC_AND_STAY,
    SYNC_AND_END,
    SYNC_AND_EXPIRE,
    SYNC_AND_BREAK,
    PAGE
  }

  /** A server that plays reactions, and counts what it is asked for. */
  private static final class Server {
    private final Harness harness = new Harness();
    private final ServiceWatch watch;
    private final Random random;
    private final Map<ScriptedSource.Call, Boolean> opened = new HashMap<>();
    private final TreeMap<Long, Integer> perSecond = new TreeMap<>();
    private int version = 10;
    private int pages;

    Server(long seed) {
      random = new Random(seed);
      watch = harness.synced();
      harness.source.onStart(
          call -> {
            assertThat(harness.source.running()).containsExactly(call);
            perSecond.merge(harness.clock.nanoTime() / 1_000_000_000L, 1, Integer::sum);
          });
    }

    void react(Reaction reaction) {
      if (harness.source.running().isEmpty()) {
        return;
      }
      ScriptedSource.Call call = harness.last();
      boolean fresh = opened.put(call, true) == null;
      switch (reaction) {
        case SILENCE -> {}
        case REFUSE_EXPIRED -> call.refused(410, "Expired");
        case REFUSE_TOO_LARGE -> call.refused(tooLarge());
        case REFUSE_AT_RANDOM -> call.refused(CODES[random.nextInt(CODES.length)], "");
        case REFUSE_WITH_RETRY_AFTER ->
            call.refused(
                CODES[random.nextInt(CODES.length)], "", Duration.ofSeconds(random.nextInt(40)));
        case UNREACHABLE -> call.unreachable();
        case BREAK -> call.broken();
        case GARBLE -> call.undecodable();
        case END -> end(call);
        case OPEN_AND_END -> {
          open(call, fresh);
          end(call);
        }
        case OPEN_AND_STALL -> open(call, fresh);
        case EXPIRE_INSIDE -> {
          open(call, fresh);
          call.error(410, "Expired");
        }
        case TOO_LARGE_INSIDE -> {
          open(call, fresh);
          call.error(tooLarge());
        }
        case FAIL_INSIDE -> {
          open(call, fresh);
          call.error(CODES[random.nextInt(CODES.length)], "");
        }
        case SYNC_AND_STAY -> sync(call, fresh);
        case SYNC_AND_END -> {
          sync(call, fresh);
          end(call);
        }
        case SYNC_AND_EXPIRE -> {
          sync(call, fresh);
          call.error(410, "Expired");
        }
        case SYNC_AND_BREAK -> {
          sync(call, fresh);
          call.broken();
        }
        case PAGE -> {
          if (call.request.kind() == Kind.LIST && ++pages % 4 != 0) {
            open(call, fresh);
            call.page(Integer.toString(version), "page" + pages);
          }
        }
      }
      harness.settle();
    }

    private void open(ScriptedSource.Call call, boolean fresh) {
      if (fresh) {
        call.open();
      }
    }

    private void sync(ScriptedSource.Call call, boolean fresh) {
      open(call, fresh);
      version += 1 + random.nextInt(5);
      call.added(slice("a", version, ready("10.0.0." + (1 + random.nextInt(200)))));
      switch (call.request.kind()) {
        case LIST -> call.listed(Integer.toString(version));
        case WATCH -> call.bookmark(Integer.toString(version));
        case WATCH_LIST -> call.initialEventsEnd(Integer.toString(version));
      }
    }

    private void end(ScriptedSource.Call call) {
      if (call.request.kind() == Kind.LIST) {
        call.broken(); // the end of a list says what it listed
      } else {
        call.eof();
      }
    }

    private static ApiStatus tooLarge() {
      return new ApiStatus(504, "Timeout", "Too large resource version", null, true);
    }

    void assertViewKept() {
      assertThat(watch.view().eligible()).hasSize(1);
      assertThat(watch.view().state()).isIn(SyncState.SYNCED, SyncState.STALE);
      assertThat(watch.pick().address()).startsWith("10.0.0.");
    }

    int mostWithin(int seconds) {
      int most = 0;
      for (long from : perSecond.keySet()) {
        int sum = perSecond.subMap(from, from + seconds).values().stream().mapToInt(i -> i).sum();
        most = Math.max(most, sum);
      }
      return most;
    }

    int requestsAfter(long second) {
      return perSecond.tailMap(second).values().stream().mapToInt(i -> i).sum();
    }
  }

  @Property(tries = 50)
  void aServerThatBehavesAtRandomIsNotFlooded(@ForAll long seed) {
    Server server = new Server(seed);
    Reaction[] reactions = Reaction.values();
    long end = server.harness.clock.nanoTime() + Duration.ofHours(2).toNanos();
    while (server.harness.clock.nanoTime() < end) {
      server.react(reactions[server.random.nextInt(reactions.length)]);
      server.harness.advance(
          Duration.ofMillis((long) Math.pow(10, server.random.nextDouble() * 4.7)));
      server.assertViewKept();
    }

    assertThat(server.perSecond).isNotEmpty();
    assertThat(server.mostWithin(60)).isLessThanOrEqualTo(MOST_A_MINUTE);
    server.harness.close();
    assertThat(server.harness.source.running()).isEmpty();
    assertThat(server.harness.clock.pendingTasks()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Reaction.class)
  void aServerThatDoesTheSameForEverIsAskedEverMoreRarely(Reaction reaction) {
    Server server = new Server(7);
    for (int quarters = 0; quarters < 14_400; quarters++) {
      server.react(reaction);
      server.harness.advance(Duration.ofMillis(250));
    }
    server.assertViewKept();

    assertThat(server.mostWithin(60)).isLessThanOrEqualTo(MOST_A_MINUTE);
    // After half an hour: nothing that fails at once is asked for more than twice a minute.
    assertThat(server.requestsAfter(1_800)).isLessThanOrEqualTo(2 * 30 + 10);
    server.harness.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reaction.class,
      names = {"END", "BREAK", "SYNC_AND_END", "SYNC_AND_EXPIRE", "EXPIRE_INSIDE", "GARBLE"})
  void aServerThatFailsASecondLaterIsNotFloodedEither(Reaction reaction) {
    Server server = new Server(7);
    for (int second = 0; second < 300; second++) {
      if (!server.harness.source.running().isEmpty()) {
        server.react(Reaction.SYNC_AND_STAY);
        server.harness.advance(Duration.ofMillis(1_001));
        server.react(reaction);
      }
      server.harness.advance(Duration.ofMillis(1));
      if (server.harness.source.running().isEmpty()) {
        server.harness.advance(Duration.ofMillis(500));
      }
    }
    server.assertViewKept();

    assertThat(server.mostWithin(60)).isLessThanOrEqualTo(MOST_A_MINUTE);
    server.harness.close();
  }
}
