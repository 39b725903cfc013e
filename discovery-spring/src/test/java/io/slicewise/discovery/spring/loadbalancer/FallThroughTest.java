package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** What becomes of names that are no Service's, and what is said of Services that have nobody. */
@Timeout(60)
class FallThroughTest {

  private final Shop shop = new Shop();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(SliceLoadBalancer.class);

  @BeforeEach
  void open() {
    shop.open("checkout", "127.0.1.1", "a");
  }

  /** Starts an application; its start is what sets up logging. */
  private Caller caller(String... properties) {
    Caller caller = Caller.withoutGateway(shop, properties);
    log.start();
    logger.addAppender(log);
    return caller;
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    shop.close();
  }

  private static String get(Caller caller, String serviceId) {
    return caller
        .bean(RestClient.Builder.class)
        .build()
        .get()
        .uri("http://" + serviceId + "/")
        .retrieve()
        .body(String.class);
  }

  private static String getReactively(Caller caller, String serviceId) {
    return caller
        .bean(WebClient.Builder.class)
        .build()
        .get()
        .uri("http://" + serviceId + "/")
        .retrieve()
        .bodyToMono(String.class)
        .block();
  }

  /** Properties of Spring's simple discovery client: a server that no Service knows. */
  private static String elsewhere(String serviceId, Callee callee) {
    return "spring.cloud.discovery.client.simple.instances."
        + serviceId
        + "[0].uri=http://"
        + callee.address()
        + ":"
        + callee.port();
  }

  private Callee outside() {
    Callee outside = shop.open("outside", "127.0.9.1", null);
    shop.service("outside").delete();
    return outside;
  }

  @Test
  void leavesWhatIsNoServiceToOtherDiscoveryClients() {
    Callee outside = outside();
    try (Caller caller = caller(elsewhere("legacy", outside), elsewhere("a.b.c.d", outside))) {
      assertThat(get(caller, "legacy")).isEqualTo("127.0.9.1");
      assertThat(getReactively(caller, "legacy")).isEqualTo("127.0.9.1");
      assertThat(get(caller, "a.b.c.d")).isEqualTo("127.0.9.1"); // no Service can have that name
      assertThat(get(caller, "checkout")).isEqualTo("127.0.1.1");
    }
    assertThat(log.list).isEmpty();
  }

  @Test
  void leavesNoConfiguredServiceToAnybodyElse() {
    Callee outside = outside();
    try (Caller caller =
        caller(elsewhere("legacy", outside), "slicewise.services.legacy.service=not-there")) {
      assertThatThrownBy(() -> get(caller, "legacy")).hasMessageContaining("legacy");
    }
    assertThat(outside.calls()).isZero();
  }

  @Test
  void leavesWhatIsNotKnownInTimeToOtherDiscoveryClients() {
    Callee outside = outside();
    shop.api().kill();
    try (Caller caller =
        caller(
            elsewhere("legacy", outside),
            "slicewise.loadbalancer.timeout=50ms",
            "slicewise.discovery.enabled=false")) {
      assertThat(get(caller, "legacy")).isEqualTo("127.0.9.1");
      assertThat(getReactively(caller, "legacy")).isEqualTo("127.0.9.1");
    }
  }

  @Test
  void saysOnceWhyAServiceHasNobody() {
    try (Caller caller = caller()) {
      caller.synced("checkout");
      shop.service("checkout").pods().forEach(pod -> pod.ready(false));
      await().until(() -> caller.eligible("checkout").isEmpty());
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> get(caller, "checkout")).hasMessageContaining("checkout");
      }
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .startsWith("checkout: no endpoint to pick: checkout.shop (SYNCED")
        .contains("1 not ready");
  }

  @Test
  void saysWhichRoleIsMissing() {
    shop.api().faults().forbid("list", "endpointslices", null);
    shop.api().faults().forbid("watch", "endpointslices", null);
    try (Caller caller = caller("slicewise.services.checkout.port=http")) {
      assertThatThrownBy(() -> get(caller, "checkout")).hasMessageContaining("checkout");
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .contains("PENDING", "endpointslices", "Role");
  }
}
