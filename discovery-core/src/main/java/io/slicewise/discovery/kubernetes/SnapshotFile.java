package io.slicewise.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceId;
import io.slicewise.discovery.source.SliceArchive;
import io.slicewise.discovery.source.SliceSnapshot;
import io.slicewise.discovery.source.SliceSnapshot.Saved;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Slices in a file: a line that says whose they are and how old, and an {@code EndpointSliceList}
 * as the API has it. Whoever can write the file says where calls go, so that it is read only if
 * nobody else can, and written so that nobody else can read it (0600).
 */
public final class SnapshotFile implements SliceArchive {

  private static final Logger LOGGER = System.getLogger(SnapshotFile.class.getName());

  /** Ten times what 10,000 endpoints take. */
  static final int LARGEST = 64 << 20;

  private static final int LONGEST_REASON = 500;
  private static final Duration LARGEST_SKEW = Duration.ofMinutes(5);
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final String server;
  private final Duration maxAge;
  private final InstantSource clock;

  /**
   * Creates an archive.
   *
   * @param file the file; its directory must exist when it is written
   * @param server where the slices are read; a file of another server is not read
   * @param maxAge how old what is read may be
   */
  public SnapshotFile(Path file, String server, Duration maxAge, InstantSource clock) {
    this.file = requireNonNull(file, "file").toAbsolutePath();
    this.server = requireNonNull(server, "server");
    this.maxAge = requireNonNull(maxAge, "maxAge");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public Optional<SliceSnapshot> read() {
    try {
      return Optional.of(readFile());
    } catch (NoSuchFileException e) {
      return Optional.empty(); // the first start
    } catch (IOException | RuntimeException e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      LOGGER.log(Level.WARNING, "snapshot " + file + " is not used: " + oneLine(why));
      return Optional.empty();
    }
  }

  /** What a damaged file says must not fill a log, nor look like other lines of it. */
  private static String oneLine(String text) {
    String start = text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    return start.replaceAll("(\\R|\\p{Cntrl})+", " ");
  }

  private SliceSnapshot readFile() throws IOException {
    checkOwner();
    long size = Files.size(file);
    if (size > LARGEST) {
      throw new IOException("it has " + size + " bytes (expected: at most " + LARGEST + ")");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(LARGEST);
    }
    int line = 0;
    while (line < bytes.length && bytes[line] != '\n') {
      line++;
    }
    if (line == bytes.length) {
      throw new IOException("it is cut off or no snapshot");
    }
    SnapshotHeader header = SnapshotHeader.parse(bytes, line);
    int start = line + 1;
    check(header, bytes, start);
    Map<ServiceId, List<EndpointSlice>> slices = new HashMap<>();
    new SliceDecoder()
        .decodeList(
            new ByteArrayInputStream(bytes, start, bytes.length - start),
            event -> {
              EndpointSlice slice = requireNonNull(event.slice());
              ServiceId service = new ServiceId(slice.namespace(), slice.service());
              slices.computeIfAbsent(service, s -> new ArrayList<>()).add(slice);
            });
    Map<ServiceId, Saved> services = new HashMap<>();
    header
        .services()
        .forEach(
            (service, asOf) ->
                services.put(service, new Saved(asOf, slices.getOrDefault(service, List.of()))));
    return new SliceSnapshot(services);
  }

  private void check(SnapshotHeader header, byte[] bytes, int start) throws IOException {
    if (header.format() != SnapshotHeader.FORMAT) {
      throw new IOException(
          "format: " + header.format() + " (expected: " + SnapshotHeader.FORMAT + ")");
    }
    if (!header.server().equals(server)) {
      throw new IOException("it is of " + header.server() + " (expected: " + server + ")");
    }
    if (header.length() != bytes.length - start) {
      throw new IOException(
          "it is cut off: "
              + (bytes.length - start)
              + " bytes after the first line (expected: "
              + header.length()
              + ")");
    }
    CRC32 crc32 = new CRC32();
    crc32.update(bytes, start, bytes.length - start);
    if (crc32.getValue() != header.crc32()) {
      throw new IOException("it is damaged: its checksum is another one");
    }
    Instant now = clock.instant();
    for (Map.Entry<ServiceId, Instant> service : header.services().entrySet()) {
      if (service.getValue().isAfter(now.plus(LARGEST_SKEW))) {
        throw new IOException(
            "it says that "
                + service.getKey()
                + " is of "
                + service.getValue()
                + ", in the future");
      }
    }
    boolean old =
        header.services().values().stream().noneMatch(asOf -> !asOf.plus(maxAge).isBefore(now));
    if (old && !header.services().isEmpty()) {
      throw new IOException("all in it is older than " + maxAge);
    }
  }

  /** Refuses a file that somebody else may have written. */
  private void checkOwner() throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return; // no such permissions here
    }
    if (!view.readAttributes().isRegularFile()) {
      throw new IOException("it is no regular file");
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          "others may write it: "
              + PosixFilePermissions.toString(permissions)
              + " (expected: rw-------)");
    }
  }

  @Override
  public void write(SliceSnapshot snapshot) throws IOException {
    byte[] body = body(snapshot);
    CRC32 crc32 = new CRC32();
    crc32.update(body);
    Map<ServiceId, Instant> services = new LinkedHashMap<>();
    snapshot.services().forEach((service, saved) -> services.put(service, saved.asOf()));
    byte[] header =
        new SnapshotHeader(SnapshotHeader.FORMAT, server, services, body.length, crc32.getValue())
            .toBytes();
    if (header.length + body.length > LARGEST) {
      throw new IOException(
          "snapshot "
              + file
              + ": "
              + (header.length + body.length)
              + " bytes (expected: at most "
              + LARGEST
              + ")");
    }
    replace(header, body);
  }

  private void replace(byte[] header, byte[] body) throws IOException {
    Path directory = requireNonNull(file.getParent(), "parent");
    boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    Path temporary = Files.createTempFile(directory, file.getFileName() + ".", ".tmp", attributes);
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        for (ByteBuffer part : List.of(ByteBuffer.wrap(header), ByteBuffer.wrap(body))) {
          while (part.hasRemaining()) {
            channel.write(part);
          }
        }
        channel.force(true); // or a crash of the machine could leave an empty file under the name
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static byte[] body(SliceSnapshot snapshot) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("kind", "EndpointSliceList");
      out.writeStringField("apiVersion", "discovery.k8s.io/v1");
      out.writeObjectFieldStart("metadata");
      out.writeStringField("resourceVersion", "0"); // no watch may go on from here
      out.writeEndObject();
      out.writeArrayFieldStart("items");
      for (Saved saved : snapshot.services().values()) {
        for (EndpointSlice slice : saved.slices()) {
          SliceEncoder.write(slice, out);
        }
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
