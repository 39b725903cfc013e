package io.slicewise.discovery.samples.mesh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slicewise.discovery.ServiceDiscovery;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import okhttp3.Response;

/** The example of README.md, compiled. {@link ReadmeTest} keeps the two the same. */
final class ReadmeExample {

  private ReadmeExample() {}

  static void run() throws IOException, GeneralSecurityException {
    // region readme
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    RotatingIdentity identity = // tls.crt, tls.key and ca.crt, looked at every five seconds
        new RotatingIdentity(
            CertificateFiles.in(Path.of("/var/run/mesh")), timer, Duration.ofSeconds(5));
    MeterRegistry meters = new SimpleMeterRegistry();
    MeshClient mesh = new MeshClient(ServiceDiscovery.create(), identity, meters);

    Canary canary = new Canary("mesh.example/track", "canary");
    MeshService checkout = mesh.service("checkout.shop:https", canary);
    canary.share(0.1); // of the customers, always the same ones

    try (Response order = checkout.get("/orders/7", "customer-42")) {
      System.out.println(order.body().string());
    }
    ZoneMetrics.table(meters).forEach(System.out::println);
    // endregion
  }
}
