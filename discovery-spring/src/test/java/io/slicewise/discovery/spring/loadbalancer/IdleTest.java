package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.spring.Shop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultRequest;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;

/**
 * A Service that nobody calls is let go, and a request that comes at that moment notices nothing.
 */
@Timeout(60)
class IdleTest {

  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  /** A request whose Service is let go after its watch was found, and before it was picked from. */
  private static final class Slow extends DefaultRequest<Object> {
    private final ServiceWatch found;
    private boolean waited;

    Slow(ServiceWatch found) {
      super(new Object());
      this.found = found;
    }

    @Override
    public Object getContext() {
      if (!waited) {
        waited = true;
        await().until(() -> found.view().state() == SyncState.CLOSED);
      }
      return super.getContext();
    }
  }

  @Test
  void aRequestWhoseWatchIsLetGoUnderItsHandsGetsAnother() {
    shop.open("checkout", "127.0.12.1", "a");
    try (Caller caller = Caller.withoutGateway(shop, "slicewise.watch.idle=1s")) {
      ServiceWatch found = caller.synced("checkout");
      Slow request = new Slow(found);

      ServiceInstance instance = caller.bean(LoadBalancerClient.class).choose("checkout", request);

      assertThat(request.waited).isTrue();
      assertThat(found.view().state()).isEqualTo(SyncState.CLOSED);
      assertThat(instance.getHost()).isEqualTo("127.0.12.1");
      assertThat(caller.watch("checkout")).isNotSameAs(found);
    }
  }
}
