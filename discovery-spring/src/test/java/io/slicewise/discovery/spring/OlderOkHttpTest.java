package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.http.ServiceHttpClient;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import org.junit.jupiter.api.Test;

/** Spring Cloud's BOM brings OkHttp 4.12, as the class path of these tests has it. */
class OlderOkHttpTest {

  @Test
  void theHttpClientOfTheCoreSaysWhatItNeeds() {
    try (Shop shop = new Shop();
        ServiceDiscovery discovery =
            ServiceDiscovery.builder()
                .cluster(ClusterConfig.kubeconfig(shop.kubeconfig()))
                .build()) {
      assertThatThrownBy(() -> ServiceHttpClient.to("checkout.shop:http", discovery))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("5.3")
          .hasMessageContaining("okhttp-bom");
    }
  }
}
