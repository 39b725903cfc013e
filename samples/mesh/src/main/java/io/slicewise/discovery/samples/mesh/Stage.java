package io.slicewise.discovery.samples.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.OwnPod;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedPod;
import io.slicewise.discovery.testkit.SimulatedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Everything around the client: an API server, the Services {@code web} and {@code checkout}, the
 * servers of the latter, and the certificates of both on disk. For one thread at a time.
 */
final class Stage implements AutoCloseable {

  /** Where the pods of {@code web} are; the first one is this process. */
  private static final String[] CALLERS = {
    "zone-a", "zone-a", "zone-a", "zone-a", "zone-b", "zone-c"
  };

  private static final String WEB = "web";
  private static final String CHECKOUT = "checkout";

  private final EmbeddedApiServer apiServer = EmbeddedApiServer.start();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Stage::newDaemon);
  private final Path directory;
  private final CertificateVolume webVolume;
  private final CertificateVolume checkoutVolume;
  private final RotatingIdentity webIdentity;
  private final RotatingIdentity checkoutIdentity;
  private final PodServers servers;
  private final Fleet fleet;
  private DemoAuthority.Issued webCertificate;
  private DemoAuthority.Issued checkoutCertificate;
  private String bundle;

  /**
   * Sets it up, without a pod of {@code checkout}.
   *
   * @param authority issues the first certificates
   * @param interval how often both sides look for new ones
   */
  Stage(DemoAuthority authority, Duration interval) throws IOException, GeneralSecurityException {
    directory = Files.createTempDirectory("slicewise-mesh-");
    webVolume = new CertificateVolume(directory.resolve(WEB));
    checkoutVolume = new CertificateVolume(directory.resolve(CHECKOUT));
    webCertificate = authority.issue(WEB);
    checkoutCertificate = authority.issue(CHECKOUT);
    bundle = authority.pem();
    write();
    webIdentity = new RotatingIdentity(webVolume.files(), timer, interval);
    checkoutIdentity = new RotatingIdentity(checkoutVolume.files(), timer, interval);
    servers = new PodServers(checkoutIdentity);
    fleet = new Fleet(apiServer.cluster(), servers);
    SimulatedService web = apiServer.cluster().service("shop", WEB);
    for (int i = 0; i < CALLERS.length; i++) {
      SimulatedPod unused = web.addPod(WEB + "-" + (i + 1), "10.0.0." + (i + 1), CALLERS[i]);
    }
  }

  private static Thread newDaemon(Runnable task) {
    Thread thread = new Thread(task, "mesh-certificates");
    thread.setDaemon(true);
    return thread;
  }

  EmbeddedApiServer apiServer() {
    return apiServer;
  }

  PodServers servers() {
    return servers;
  }

  Fleet fleet() {
    return fleet;
  }

  RotatingIdentity webIdentity() {
    return webIdentity;
  }

  CertificateVolume webVolume() {
    return webVolume;
  }

  /**
   * Opens the client of the pod {@code web-1}. It is told who it is, as the downward API tells a
   * pod, and finds out by itself where it is and which Service it belongs to.
   */
  MeshClient open(MeterRegistry meters, HealthOptions health) throws IOException {
    ServiceDiscovery discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.kubeconfig(apiServer.writeKubeconfig(directory)))
            .ownPod(new OwnPod(null, "not told", null, "shop", WEB + "-1", null, Set.of()))
            .health(health)
            .build();
    return new MeshClient(discovery, webIdentity, meters);
  }

  /** Has everybody trust the certificates of these, and no others. */
  void trust(DemoAuthority... authorities) throws IOException {
    StringBuilder all = new StringBuilder();
    for (DemoAuthority authority : authorities) {
      all.append(authority.pem());
    }
    bundle = all.toString();
    write();
  }

  /** Gives both sides new certificates and keys. */
  void issue(DemoAuthority authority) throws IOException {
    webCertificate = authority.issue(WEB);
    checkoutCertificate = authority.issue(CHECKOUT);
    write();
  }

  private void write() throws IOException {
    webVolume.write(webCertificate, bundle);
    checkoutVolume.write(checkoutCertificate, bundle);
  }

  /** Whether both sides have taken as many new identities. */
  boolean hasTaken(int rotations) {
    return webIdentity.rotations() >= rotations && checkoutIdentity.rotations() >= rotations;
  }

  @Override
  public void close() throws IOException {
    timer.shutdownNow();
    servers.close();
    apiServer.close();
    webVolume.close();
    checkoutVolume.close();
    Files.deleteIfExists(directory.resolve("kubeconfig"));
    Files.delete(directory);
  }
}
