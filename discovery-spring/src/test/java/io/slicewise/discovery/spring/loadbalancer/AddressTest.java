package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;

/** The URIs that clients make of instances. */
@Timeout(60)
class AddressTest {

  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void callsIpv6AddressesWithEveryClient() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      assumeTrue(probe.isBound());
    } catch (IOException e) {
      assumeTrue(false, "no IPv6 here");
    }
    shop.service("checkout").families("IPv6");
    Callee callee = shop.open("checkout", "::1", "a");
    try (Caller caller = new Caller(shop)) {
      await().until(() -> caller.eligible("checkout").size() == 1);
      for (Kind kind : Kind.values()) {
        assertThat(kind.call(caller)).as(kind.name()).isEqualTo("::1");
      }
      assertThat(callee.calls()).isEqualTo(Kind.values().length);
      await().until(() -> caller.inFlight("checkout") == 0);
    }
  }

  @Test
  void saysByThePortWhatIsCalledByHttps() {
    shop.service("ledger").port("https", 443, 8443).addPod("ledger-0", "10.0.0.1", "a");
    shop.service("books").port("web", 443, "https").addPod("books-0", "10.0.0.2", "a");
    shop.service("plain").port("web", 80, 8080).addPod("plain-0", "10.0.0.3", "a");
    try (Caller caller =
        Caller.withoutGateway(
            shop,
            "slicewise.watch.whole-namespace=true", // else each Service waits for its stream
            "slicewise.services.forced.service=plain",
            "slicewise.services.forced.secure=true")) {
      assertThat(uri(caller, "ledger", "http://ledger/a?b=c%20d"))
          .isEqualTo("https://10.0.0.1:8443/a?b=c%20d");
      assertThat(uri(caller, "books", "http://books/")).isEqualTo("https://10.0.0.2:443/");
      assertThat(uri(caller, "plain", "http://plain/")).isEqualTo("http://10.0.0.3:8080/");
      assertThat(uri(caller, "plain", "https://plain/")).isEqualTo("https://10.0.0.3:8080/");
      assertThat(uri(caller, "forced", "http://forced/")).isEqualTo("https://10.0.0.3:8080/");
      assertThat(uri(caller, "ledger", "ws://ledger/")).isEqualTo("wss://10.0.0.1:8443/");
    }
  }

  private static String uri(Caller caller, String serviceId, String original) {
    caller.synced(serviceId);
    LoadBalancerClient client = caller.bean(LoadBalancerClient.class);
    ServiceInstance instance = client.choose(serviceId);
    return client.reconstructURI(instance, URI.create(original)).toString();
  }
}
