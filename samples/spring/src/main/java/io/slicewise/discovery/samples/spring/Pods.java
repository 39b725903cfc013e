package io.slicewise.discovery.samples.spring;

import io.slicewise.discovery.samples.spring.callee.CalleeApplication;
import io.slicewise.discovery.testkit.SimulatedService;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.catalina.LifecycleException;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The callee's pods: Boot applications, each on a loopback address of its own. */
final class Pods implements AutoCloseable {

  private final SimulatedService service;
  private final Map<String, ConfigurableApplicationContext> running = new LinkedHashMap<>();
  private int port; // the first pod chooses it, as all pods of a Service have one target port
  private int started;

  Pods(SimulatedService service) {
    this.service = service;
  }

  /** Starts a pod in a zone, and lists it when it is ready. */
  String start(String zone) {
    String name = "callee-" + ++started;
    String address = "127.0.7." + started;
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(CalleeApplication.class)
            .properties(
                "server.address=" + address,
                "server.port=" + port,
                "POD_NAME=" + name,
                "SLICEWISE_ZONE=" + zone,
                "slicewise.enabled=false",
                "spring.main.banner-mode=off",
                "spring.jmx.enabled=false",
                "logging.level.root=WARN")
            .run();
    running.put(name, context);
    if (port == 0) {
      port = serverOf(context).getPort();
      service.port("http", port);
    }
    service.addPod(name, address, zone);
    return name;
  }

  /** Lets a pod go as Kubernetes does: no longer ready first, and then gracefully. */
  void stop(String name) {
    service.pod(name).terminate();
    ConfigurableApplicationContext context = running.remove(name);
    if (context != null) {
      context.close();
    }
    service.pod(name).remove();
  }

  /** Kills a pod; the cluster still lists it as ready. */
  void kill(String name) {
    ConfigurableApplicationContext context = running.remove(name);
    if (context != null) {
      try {
        // Its connections first: a server that is shut down still answers, with 404 and 503.
        ((TomcatWebServer) serverOf(context)).getTomcat().getConnector().stop();
      } catch (LifecycleException e) {
        throw new IllegalStateException(e);
      }
      context.close();
    }
  }

  /** Returns the web server of an application. */
  static WebServer serverOf(ConfigurableApplicationContext context) {
    return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
  }

  @Override
  public void close() {
    running.values().forEach(ConfigurableApplicationContext::close);
    running.clear();
  }
}
