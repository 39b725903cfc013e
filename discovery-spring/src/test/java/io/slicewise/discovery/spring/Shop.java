package io.slicewise.discovery.spring;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * A cluster to call: an API server, and Services of real HTTP servers in the namespace {@code
 * shop}. All servers of a Service have one port, on addresses of the loopback network.
 */
public final class Shop implements AutoCloseable {

  static {
    // Everything here is a matter of milliseconds: looking ten times a second is most of the wait.
    Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
  }

  private final EmbeddedApiServer api = EmbeddedApiServer.start();
  private final LoopResources loops = LoopResources.create("callee", 2, true);
  private final Map<String, Integer> ports = new HashMap<>();
  private final List<Callee> callees = new ArrayList<>();
  private final Path directory;

  public Shop() {
    try {
      directory = Files.createTempDirectory("slicewise");
      Path unused = api.writeKubeconfig(directory);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public EmbeddedApiServer api() {
    return api;
  }

  public Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  /**
   * What an application needs to discover here, as {@code key=value}, and more.
   *
   * @param more other properties; of those that are named twice the last one counts
   */
  public String[] properties(String... more) {
    Map<String, String> all = new LinkedHashMap<>();
    List<String> own =
        List.of(
            "slicewise.kubeconfig=" + kubeconfig(),
            "slicewise.namespace=shop",
            "slicewise.callers.find=false",
            "slicewise.watch.connect-jitter=0s",
            "slicewise.health.slow-start=0s",
            "spring.main.banner-mode=off",
            "spring.cloud.gateway.server.webflux.enabled=false",
            "spring.reactor.netty.shutdown-quiet-period=0s", // else each close waits for two
            // seconds
            "server.port=0");
    Stream.concat(own.stream(), Stream.of(more))
        .forEach(each -> all.put(each.substring(0, each.indexOf('=')), each));
    return all.values().toArray(String[]::new);
  }

  /** The same for the command line of an application, where they win over all else. */
  public String[] arguments(String... more) {
    return Stream.of(properties(more)).map(each -> "--" + each).toArray(String[]::new);
  }

  /** A Service, {@code http} being its port once it has a server. */
  public SimulatedService service(String name) {
    return api.cluster().service("shop", name);
  }

  /** Starts a server of a Service in a zone and makes it a ready pod. */
  public Callee open(String service, String address, @Nullable String zone) {
    return open(service, address, zone, HttpServer.create());
  }

  /**
   * Starts a server of a Service and makes it a ready pod.
   *
   * @param base how the server is to be, TLS say
   */
  public Callee open(String service, String address, @Nullable String zone, HttpServer base) {
    Callee callee =
        new Callee(
            address,
            ports.getOrDefault(service, 0),
            loops,
            base,
            port -> {
              SimulatedService there = service(service);
              if (ports.putIfAbsent(service, port) == null) {
                there.port("http", 80, port);
              }
              return there.addPod(podName(service, address), address, zone);
            });
    callees.add(callee);
    return callee;
  }

  /** Starts so many servers 127.{@code net}.0.2 and so on in a zone. */
  public List<Callee> open(String service, int net, int count, @Nullable String zone) {
    List<Callee> opened = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      opened.add(open(service, "127." + net + "." + i / 200 + "." + (i % 200 + 1), zone));
    }
    return opened;
  }

  /** Starts a new server at the place of one that has ended, as another pod. */
  public Callee replace(String service, Callee ended, String podName) {
    String zone = ended.pod().zone();
    Callee callee =
        new Callee(
            ended.address(),
            ended.port(),
            loops,
            HttpServer.create(),
            port -> service(service).addPod(podName, ended.address(), zone));
    callees.add(callee);
    return callee;
  }

  /** Kills the servers of a Service and removes their pods. */
  public void clear(String service) {
    SimulatedService there = service(service);
    // What is not ready is news at once; what is no longer there might come back.
    there.batch(() -> there.pods().forEach(pod -> pod.ready(false)));
    there.batch(() -> there.pods().forEach(SimulatedPod::remove));
    callees.removeIf(
        callee -> {
          boolean mine = callee.pod().name().startsWith(service + "-");
          if (mine) {
            callee.kill();
          }
          return mine;
        });
  }

  private static String podName(String service, String address) {
    return service + "-" + address.replaceAll("[.:]+", "-");
  }

  /** The requests of the application for EndpointSlices that opened a watch. */
  public List<RecordedRequest> streams() {
    return api.requests().stream()
        .filter(request -> request.path().contains("endpointslices") && request.isWatch())
        .toList();
  }

  @Override
  public void close() {
    callees.forEach(Callee::kill);
    loops.dispose();
    api.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
