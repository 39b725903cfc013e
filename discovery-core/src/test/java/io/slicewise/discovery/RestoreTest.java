package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.kubernetes.SnapshotFile;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.SyncState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start without an API server, with what the process before knew. */
class RestoreTest {

  private static final Duration SIX_SECONDS = Duration.ofSeconds(6);
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  @TempDir Path directory;
  private Path file;
  private Harness harness;

  @BeforeEach
  void begin() {
    file = directory.resolve("slices.json");
    start();
  }

  @AfterEach
  void close() throws Exception {
    end();
  }

  private void start() {
    harness = new Harness(builder -> builder.snapshot(file));
  }

  /** The process ends, and another one starts at once, without an API server. */
  private void restart() throws Exception {
    end();
    Duration time = Duration.ofNanos(harness.clock.nanoTime());
    harness = new Harness(time, builder -> builder.snapshot(file));
  }

  private void end() throws Exception {
    harness.close();
    assertThat(harness.discovery.awaitClosed(Duration.ofSeconds(10))).isTrue();
  }

  private ServiceWatch known() {
    return harness.synced(
        "checkout:grpc", "100", slice("a", 5, ready("10.0.0.1"), ready("10.0.0.2")));
  }

  @Test
  void callsGoWhereTheyWentBefore() throws Exception {
    known();
    Instant asOf = harness.clock.instant();
    restart();

    ServiceWatch watch = harness.watch("checkout:grpc");

    assertThat(watch.view().state()).isEqualTo(SyncState.RESTORED);
    assertThat(watch.view().staleSince()).isEqualTo(asOf);
    assertThat(addresses(watch.view())).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(watch.pick().port()).isEqualTo(8080);
    assertThat(watch.whenSynced()).isDone();
  }

  @Test
  void theFirstListTakesOverAndWhatStaysKeepsItsCalls() throws Exception {
    known();
    restart();
    ServiceWatch watch = harness.watch("checkout:grpc");
    Endpoint stays = watch.view().endpoints().get(1);
    watch.acquire(stays);

    harness.last().open().added(slice("a", 9, ready("10.0.0.2"), ready("10.0.0.3")));
    harness.last().initialEventsEnd("200");
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(addresses(watch.view())).containsExactly("10.0.0.2", "10.0.0.3");
    assertThat(watch.view().routing().starting()).isZero();
    assertThat(watch.view().endpoints().get(0).inFlight()).isEqualTo(1);
  }

  @Test
  void aServiceThatIsGoneIsGoneWithTheFirstList() throws Exception {
    known();
    restart();
    ServiceWatch watch = harness.watch("checkout:grpc");

    harness.last().open().initialEventsEnd("200");
    harness.settle();

    assertThat(watch.view().state()).isEqualTo(SyncState.SYNCED);
    assertThat(watch.view().endpoints()).isEmpty();
  }

  @Test
  void whatIsTooOldIsNotUsed() throws Exception {
    known();
    harness.last().broken();
    harness.advance(Duration.ofMinutes(11));
    restart();

    assertThat(harness.watch("checkout:grpc").view().state()).isEqualTo(SyncState.PENDING);
  }

  @Test
  void anOutageDoesNotMakeItYounger() throws Exception {
    known();
    harness.last().broken();
    harness.advance(Duration.ofMinutes(8));
    restart();
    ServiceWatch watch = harness.watch("checkout:grpc");
    assertThat(watch.view().state()).isEqualTo(SyncState.RESTORED);

    assertThat(Duration.between(watch.view().staleSince(), harness.clock.instant()))
        .isGreaterThanOrEqualTo(Duration.ofMinutes(7));
  }

  @Test
  void aServiceThatNobodyHasAskedForYetStaysInTheFile() throws Exception {
    known();
    restart();
    harness.synced("cart:grpc", "300", Slices.slice("cart", "c", 7, List.of(), ready("10.1.0.1")));
    restart();

    assertThat(harness.watch("checkout:grpc").view().state()).isEqualTo(SyncState.RESTORED);
  }

  @Test
  void isWrittenForItsOwnerOnlyAndInFull() throws Exception {
    known();
    harness.advance(SIX_SECONDS);
    await().until(() -> Files.exists(file));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("shop/checkout");
    assertThat(lines.get(1)).startsWith("{\"kind\":\"EndpointSliceList\"").contains("10.0.0.2");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aProcessThatIsKilledLeavesWhatItKnewSecondsAgo() throws Exception {
    known();
    harness.advance(SIX_SECONDS);
    await().until(() -> Files.exists(file));
    Path copy = directory.resolve("as-it-was-then.json");
    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);

    try (Harness next = new Harness(SIX_SECONDS, builder -> builder.snapshot(copy))) {
      assertThat(addresses(next.watch("checkout:grpc").view()))
          .containsExactly("10.0.0.1", "10.0.0.2");
    }
  }

  @Test
  void staysYoungWhileNothingChanges() throws Exception {
    known();
    int requests = harness.requests();
    for (int minute = 1; minute <= 60; minute++) {
      if (harness.requests() > requests) {
        requests = harness.requests();
        harness.last().open(); // the watch was rotated
      }
      harness.last().bookmark(Integer.toString(100 + minute));
      harness.advance(Duration.ofMinutes(1));
    }
    Instant now = harness.clock.instant();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        new SnapshotFile(file, "https://scripted", TEN_MINUTES, () -> now).read())
                    .hasValueSatisfying(
                        snapshot ->
                            assertThat(snapshot.services().values())
                                .allMatch(each -> !each.asOf().isBefore(now.minus(TEN_MINUTES)))));
  }

  @Test
  void aDirectoryThatIsGoneCostsNothing() throws Exception {
    harness.close();
    file = directory.resolve("missing").resolve("slices.json");
    start();

    ServiceWatch watch = harness.synced("checkout:grpc", "100", slice("a", 5, ready("10.0.0.1")));
    harness.advance(SIX_SECONDS);

    assertThat(addresses(watch.view())).containsExactly("10.0.0.1");
    assertThat(file).doesNotExist();
  }
}
