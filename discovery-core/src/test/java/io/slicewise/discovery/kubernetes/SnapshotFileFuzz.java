package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.source.SliceSnapshot;
import io.slicewise.discovery.source.SliceSnapshot.Saved;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.zip.CRC32;

/**
 * Any bytes as a snapshot file. It is either ignored, with one short line in the log, or what was
 * read can be written and read again. Nothing is thrown.
 *
 * <p>Random bytes have no right checksum, so the first byte of an input says what it is: '0' the
 * whole file, '1' what follows a right first line, '2' a first line of which {@code @L} and
 * {@code @C} become the right length and checksum, up to a newline, and what follows it.
 */
public final class SnapshotFileFuzz {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration MAX_AGE = Duration.ofMinutes(10);
  private static final Duration SKEW = Duration.ofMinutes(5);
  private static final String SERVER = "https://10.0.0.1:6443";
  private static final Logger LOGGER = Logger.getLogger(SnapshotFile.class.getName());
  private static final List<String> LOGGED = new ArrayList<>();
  private static final Path FILE = newFile();
  private static final SnapshotFile ARCHIVE = new SnapshotFile(FILE, SERVER, MAX_AGE, () -> NOW);

  private SnapshotFileFuzz() {}

  private static Path newFile() {
    try {
      Path directory = Files.createTempDirectory("slicewise-fuzz");
      directory.toFile().deleteOnExit();
      Path file = directory.resolve("slices.json");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final Handler LISTENING =
      new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
          LOGGED.add(logRecord.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /** One execution, one at a time; the name is Jazzer's. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    LOGGED.clear();
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(LISTENING);
    try {
      execute(file(input));
    } finally {
      LOGGER.removeHandler(LISTENING);
      LOGGER.setUseParentHandlers(true);
    }
  }

  private static void execute(byte[] file) throws IOException {
    write(file);
    Optional<SliceSnapshot> read = ARCHIVE.read();
    if (read.isEmpty()) {
      check(LOGGED.size() == 1, "one line in the log", LOGGED);
      String line = LOGGED.get(0);
      check(line.startsWith("snapshot " + FILE + " is not used: "), "what it says", line);
      check(line.chars().noneMatch(c -> c < ' ' || c == 127), "one line", line);
      check(line.length() < 1_000, "a short line", line.length());
      return;
    }
    check(LOGGED.isEmpty(), "nothing in the log", LOGGED);
    for (Map.Entry<ServiceId, Saved> service : read.get().services().entrySet()) {
      check(!service.getValue().asOf().isAfter(NOW.plus(SKEW)), "of the future", service);
      for (EndpointSlice slice : service.getValue().slices()) {
        ServiceId id = new ServiceId(slice.namespace(), slice.service());
        check(id.equals(service.getKey()), "of another Service", slice);
      }
    }
    ARCHIVE.write(read.get());
    check(describe(read).equals(describe(ARCHIVE.read())), "another one read back", LOGGED);
  }

  private static Map<String, String> describe(Optional<SliceSnapshot> snapshot) {
    Map<String, String> services = new TreeMap<>();
    snapshot
        .orElseThrow(() -> new AssertionError("not read back: " + LOGGED))
        .services()
        .forEach(
            (service, saved) ->
                services.put(
                    service.toString(),
                    saved.asOf()
                        + " "
                        + saved.slices().stream()
                            .map(SnapshotFileFuzz::withoutTime)
                            .map(PlainReading::slice)
                            .sorted()
                            .toList()));
    return services;
  }

  /** The time of a change is a measurement, and not kept. */
  private static EndpointSlice withoutTime(EndpointSlice slice) {
    return new EndpointSlice(
        slice.namespace(),
        slice.name(),
        slice.service(),
        slice.resourceVersion(),
        slice.addressType(),
        slice.labels(),
        slice.endpoints(),
        slice.ports(),
        null);
  }

  private static byte[] file(byte[] input) throws IOException {
    int from = 1;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    if (input[0] == '1') {
      Map<ServiceId, Instant> services = new LinkedHashMap<>();
      services.put(new ServiceId("shop", "checkout"), NOW.minusSeconds(60));
      services.put(new ServiceId("shop", "s"), NOW.minusSeconds(3_600));
      file.write(
          new SnapshotHeader(
                  SnapshotHeader.FORMAT, SERVER, services, input.length - from, crc(input, from))
              .toBytes());
    } else if (input[0] == '2') {
      while (from < input.length && input[from - 1] != '\n') {
        from++;
      }
      String header =
          new String(input, 1, from - 1, StandardCharsets.ISO_8859_1)
              .replace("@L", Integer.toString(input.length - from))
              .replace("@C", Long.toString(crc(input, from)));
      file.write(header.getBytes(StandardCharsets.ISO_8859_1));
    }
    file.write(input, from, input.length - from);
    return file.toByteArray();
  }

  private static long crc(byte[] input, int from) {
    CRC32 crc32 = new CRC32();
    crc32.update(input, from, input.length - from);
    return crc32.getValue();
  }

  private static void write(byte[] bytes) throws IOException {
    if (Files.notExists(FILE)) {
      Files.createFile(FILE);
      if (FILE.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(FILE, PosixFilePermissions.fromString("rw-------"));
      }
    }
    Files.write(FILE, bytes);
  }

  private static void check(boolean right, String what, Object found) {
    if (!right) {
      throw new AssertionError("expected: " + what + ", found: " + found);
    }
  }
}
