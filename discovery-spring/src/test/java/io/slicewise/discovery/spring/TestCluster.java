package io.slicewise.discovery.spring;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.util.FileSystemUtils;

/** An API server, and the properties of an application that uses it. */
public final class TestCluster implements AutoCloseable {

  private final EmbeddedApiServer server = EmbeddedApiServer.start();
  private final Path directory;
  private final Path kubeconfig;

  /** Starts one that has nothing. */
  public TestCluster() {
    try {
      directory = Files.createTempDirectory("slicewise");
      kubeconfig = server.writeKubeconfig(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the application calls. */
  public EmbeddedApiServer server() {
    return server;
  }

  /** Where the kubeconfig is. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Adds a Service of {@code shop} with one pod a zone, at 10.0.0.1 and so on. */
  public SimulatedService service(String name, String... zones) {
    SimulatedService service = server.cluster().service("shop", name).port("http", 8080);
    for (int i = 0; i < zones.length; i++) {
      service.addPod(name + "-" + i, "10.0.0." + (i + 1), zones[i]);
    }
    return service;
  }

  /** The properties of an application in the namespace {@code shop}, and more. */
  public String[] properties(String... more) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                "slicewise.kubeconfig=" + kubeconfig,
                "slicewise.namespace=shop",
                "slicewise.watch.connect-jitter=0s",
                "slicewise.callers.find=false"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** The names of the threads that discovery has now. */
  public static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("slicewise-"))
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    server.close();
    try {
      FileSystemUtils.deleteRecursively(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
