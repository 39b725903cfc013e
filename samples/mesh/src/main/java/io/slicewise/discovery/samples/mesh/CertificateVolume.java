package io.slicewise.discovery.samples.mesh;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory whose files are replaced all at once, as kubelet does it: the files are links into
 * {@code ..data}, and that is a link to the version that is in force. For one thread.
 */
final class CertificateVolume implements AutoCloseable {

  private static final String DATA = "..data";

  private final Path directory;
  private int version;

  /** Takes a directory, which is deleted with all that is in it when the volume is closed. */
  CertificateVolume(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  CertificateFiles files() {
    return CertificateFiles.in(directory);
  }

  /** Puts a version in the place of the one before. */
  void write(DemoAuthority.Issued issued, String bundle) throws IOException {
    Path before = directory.resolve(".." + version);
    Path next = Files.createDirectory(directory.resolve(".." + ++version));
    write(next, "tls.crt", issued.chain());
    write(next, "tls.key", issued.key());
    write(next, "ca.crt", bundle);
    Path link = directory.resolve("..data_tmp");
    Files.createSymbolicLink(link, next.getFileName());
    Files.move(link, directory.resolve(DATA), ATOMIC_MOVE, REPLACE_EXISTING);
    for (String file : List.of("tls.crt", "tls.key", "ca.crt")) {
      Path visible = directory.resolve(file);
      if (!Files.exists(visible)) {
        Files.createSymbolicLink(visible, Path.of(DATA, file));
      }
    }
    delete(before);
  }

  private static void write(Path version, String file, String text) throws IOException {
    Path unused = Files.writeString(version.resolve(file), text);
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    delete(directory);
  }
}
