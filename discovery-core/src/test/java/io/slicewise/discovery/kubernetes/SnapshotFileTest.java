package io.slicewise.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.SliceSnapshot;
import io.slicewise.discovery.source.SliceSnapshot.Saved;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a snapshot file, and what is not. */
class SnapshotFileTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final String SERVER = "https://10.0.0.1:6443";

  @TempDir Path directory;
  private Path path;
  private SnapshotFile file;
  private final Logger logger = Logger.getLogger(SnapshotFile.class.getName());
  private final List<String> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
          logged.add(logRecord.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void create() {
    path = directory.resolve("slices.json");
    file = new SnapshotFile(path, SERVER, TEN_MINUTES, () -> NOW);
    logger.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  private static SliceSnapshot snapshot(Instant asOf) {
    UUID uid = UUID.fromString("9f7d6f8a-8d8b-4a8e-9d53-1f0c5f2f4b11");
    SliceEndpoint full =
        new SliceEndpoint(
            "10.0.0.1",
            Conditions.of(true, true, false),
            "db-0",
            "node-1",
            "eu-1a",
            "checkout-0",
            uid.getMostSignificantBits(),
            uid.getLeastSignificantBits(),
            new Hints(List.of("eu-1a", "eu-1b"), List.of("node-1")));
    SliceEndpoint bare =
        new SliceEndpoint(
            "10.0.0.2", Conditions.of(false, true, true), null, null, null, null, 0, 0, Hints.NONE);
    EndpointSlice four =
        new EndpointSlice(
            "shop",
            "checkout-abc",
            "checkout",
            "77",
            AddressType.IPV4,
            Map.of(EndpointSlice.SERVICE_NAME_LABEL, "checkout", "track", "ca\"na\nry"),
            List.of(full, bare),
            List.of(
                new SlicePort("grpc", "TCP", 8080, "kubernetes.io/h2c"),
                new SlicePort("", "UDP", 0, null)),
            null);
    EndpointSlice six =
        new EndpointSlice(
            "shop",
            "checkout-def",
            "checkout",
            "78",
            AddressType.IPV6,
            Map.of(EndpointSlice.SERVICE_NAME_LABEL, "checkout"),
            List.of(),
            List.of(),
            null);
    return new SliceSnapshot(
        Map.of(
            new ServiceId("shop", "checkout"), new Saved(asOf, List.of(four, six)),
            new ServiceId("shop", "cart"), new Saved(asOf, List.of())));
  }

  private void refused(String why) {
    assertThat(file.read()).isEmpty();
    assertThat(logged).singleElement().asString().contains(path.toString()).contains(why);
  }

  @Test
  void readsBackEverythingThatViewsAreMadeOf() throws Exception {
    file.write(snapshot(NOW.minusSeconds(60)));

    assertThat(file.read()).contains(snapshot(NOW.minusSeconds(60)));
    assertThat(logged).isEmpty();
  }

  @Test
  void theFirstStartIsNothingToSpeakOf() {
    assertThat(file.read()).isEmpty();
    assertThat(logged).isEmpty();
  }

  @Test
  void anotherClustersFileIsRefused() throws Exception {
    new SnapshotFile(path, "https://other:6443", TEN_MINUTES, () -> NOW).write(snapshot(NOW));

    refused("it is of https://other:6443 (expected: https://10.0.0.1:6443)");
  }

  @Test
  void anAncientFileIsRefused() throws Exception {
    file.write(snapshot(NOW.minus(Duration.ofMinutes(11))));

    refused("older than PT10M");
  }

  @Test
  void aFileFromTheFutureIsRefused() throws Exception {
    file.write(snapshot(NOW.plus(Duration.ofHours(1))));

    refused("in the future");
  }

  @Test
  void aFileThatOthersMayWriteIsRefused() throws Exception {
    file.write(snapshot(NOW));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));

    refused("others may write it: rw-rw---- (expected: rw-------)");
  }

  @Test
  void aLinkIsRefused() throws Exception {
    file.write(snapshot(NOW));
    Path target = directory.resolve("elsewhere");
    Files.move(path, target);
    Files.createSymbolicLink(path, target);

    refused("no regular file");
  }

  @Test
  void aDirectoryIsRefused() throws Exception {
    Files.createDirectory(path);

    refused("no regular file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "hello\nworld",
        "{}\n{}",
        "[]\n[]",
        "{\"slicewise\":2}\n{}",
        "{\"slicewise\":1,\"server\":\"https://10.0.0.1:6443\"}\n",
        "{\"slicewise\":1,\"server\":\"https://10.0.0.1:6443\",\"services\":{\"x\":\"y\"}}\n{}",
        "{\"slicewise\":1,\"services\":{\"a/b\":\"yesterday\"}}\n{}",
        "{\"slicewise\":1,\"services\":{\"a/b\":7}}\n{}",
        "{\"slicewise\":1,\"services\":[1,[2],{}]}\n{}",
        "{\"slicewise\":1,\"services\":",
      })
  void rubbishIsRefused(String text) throws Exception {
    Files.writeString(path, text);

    assertThat(file.read()).isEmpty();
    assertThat(logged).hasSize(1);
  }

  @Test
  void aFileThatWasCutOffAnywhereIsRefused() throws Exception {
    file.write(snapshot(NOW));
    byte[] whole = Files.readAllBytes(path);

    for (int length = 0; length < whole.length; length++) {
      Files.write(path, java.util.Arrays.copyOf(whole, length));
      assertThat(file.read()).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void aFileOfWhichAnyByteWasChangedIsRefusedOrSaysTheSame() throws Exception {
    file.write(snapshot(NOW));
    byte[] whole = Files.readAllBytes(path);
    int line = new String(whole, StandardCharsets.UTF_8).indexOf('\n');
    Random random = new Random(7);

    for (int i = line + 1; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 << random.nextInt(8));
      Files.write(path, damaged);
      assertThat(file.read()).as("byte %d", i).isEqualTo(Optional.empty());
    }
  }

  @Test
  void aWriteThatFailsLeavesWhatWasThere() throws Exception {
    file.write(snapshot(NOW));
    byte[] before = Files.readAllBytes(path);
    EndpointSlice slice =
        snapshot(NOW).services().get(new ServiceId("shop", "checkout")).slices().get(0);
    List<SliceEndpoint> many = java.util.Collections.nCopies(400_000, slice.endpoints().get(0));
    EndpointSlice large =
        new EndpointSlice(
            "shop", "s", "checkout", "1", AddressType.IPV4, Map.of(), many, List.of(), null);
    SliceSnapshot tooLarge =
        new SliceSnapshot(
            Map.of(new ServiceId("shop", "checkout"), new Saved(NOW, List.of(large))));

    assertThatThrownBy(() -> file.write(tooLarge))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bytes (expected: at most 67108864)");

    assertThat(Files.readAllBytes(path)).isEqualTo(before);
  }
}
