package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kubeconfig for an embedded server that is gone with it. */
final class TemporaryKubeconfig implements AutoCloseable {

  private final Path directory;
  private final Path file;

  TemporaryKubeconfig(EmbeddedApiServer server) throws IOException {
    directory = Files.createTempDirectory("slicewise-benchmarks");
    file = server.writeKubeconfig(directory);
  }

  Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    Files.delete(file);
    Files.delete(directory);
  }
}
