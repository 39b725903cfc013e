package io.slicewise.discovery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApiServerExtensionTest {

  @RegisterExtension
  static final ApiServerExtension SERVERS =
      ApiServerExtension.with(EmbeddedApiServer.builder().token("chosen").tls(false));

  private EmbeddedApiServer ofSetUp;
  private EmbeddedApiServer ofFirstTest;

  @BeforeEach
  void setUp(EmbeddedApiServer server) {
    ofSetUp = server;
  }

  @Test
  @Order(1)
  void theParametersBelongToOneServer(EmbeddedApiServer server, Cluster cluster, Faults faults) {
    assertThat(server).isSameAs(ofSetUp);
    assertThat(server.cluster()).isSameAs(cluster);
    assertThat(server.faults()).isSameAs(faults);
    assertThat(server.token()).isEqualTo("chosen");
    cluster.service("shop", "web");
    ofFirstTest = server;
  }

  @Test
  @Order(2)
  void theNextTestHasAServerOfItsOwn(Cluster cluster) {
    assertThat(cluster.list("Service", null)).isEmpty();
    assertThatThrownBy(() -> TestClient.http1(ofFirstTest).get("/version"))
        .isInstanceOf(ConnectException.class);
  }
}
