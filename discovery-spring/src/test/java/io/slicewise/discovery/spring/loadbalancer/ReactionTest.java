package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.FollowedService;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.Shop;
import io.slicewise.discovery.spring.SliceServiceInstance;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Flux;

/**
 * How long it takes until a new pod is called, and a pod that is not ready is no longer, beside
 * Spring Cloud's own load balancer. Its cache keeps instances for 35 s; {@code
 * -Dslicewise.cache-ttl} says for how long here, 500 ms if it does not, and {@code
 * -Dslicewise.events} how many events are measured, 2 if it does not.
 */
@Timeout(300)
class ReactionTest {

  private static final int TIMES = Integer.getInteger("slicewise.events", 2);

  private final Shop shop = new Shop();
  private int addresses = 1;

  @AfterEach
  void close() {
    shop.close();
  }

  private String address() {
    return "127.0.7." + addresses++;
  }

  /** The milliseconds from two events to the calls that show them, the last of each. */
  private record Reaction(double[] added, double[] removed) {

    static String describe(double[] millis) {
      double[] sorted = millis.clone();
      Arrays.sort(sorted);
      return String.format(
          "median %.1f ms, longest %.1f ms", sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
      return "new pod called: " + describe(added) + "; pod not called: " + describe(removed);
    }
  }

  private Reaction measure(Caller caller, Kind kind, int times) {
    double[] added = new double[times];
    double[] removed = new double[times];
    Callee old = shop.open("checkout", address(), "a");
    String first = old.address();
    // The pod of the last measurement may still be called, or nobody be known yet.
    await()
        .ignoreExceptions()
        .atMost(Duration.ofMinutes(1))
        .until(() -> kind.call(caller), first::equals);
    for (int i = 0; i < times; i++) {
      Callee fresh = shop.open("checkout", address(), "a");
      added[i] = millisUntil(caller, kind, fresh.address(), true);
      old.pod().ready(false);
      removed[i] = millisUntil(caller, kind, old.address(), false);
      old.pod().remove();
      old = fresh;
    }
    old.pod().remove();
    return new Reaction(added, removed);
  }

  /**
   * Calls until an address answers, or until it has not for a while, and returns when that began.
   */
  private static double millisUntil(Caller caller, Kind kind, String address, boolean called) {
    long begin = System.nanoTime();
    long last = begin;
    int without = 0;
    while (true) {
      boolean answered = kind.call(caller).equals(address);
      long now = System.nanoTime();
      if (called && answered) {
        return (now - begin) / 1e6;
      }
      if (!called) {
        last = answered ? now : last;
        without = answered ? 0 : without + 1;
        if (without == 50) {
          return (last - begin) / 1e6;
        }
      }
      assertThat(now - begin).isLessThan(TimeUnit.SECONDS.toNanos(120));
    }
  }

  @Test
  void callsNewPodsSoonAndOldOnesNoMore() {
    try (Caller caller = new Caller(shop)) {
      for (Kind kind : Kind.values()) {
        Reaction unused = measure(caller, kind, 1); // the first calls load classes
        System.out.printf("%s: %s%n", kind, measure(caller, kind, TIMES));
      }
    }
  }

  /** A discovery client as there are many: it tells what there is when it is asked. */
  static class Asked {
    @Bean
    ReactiveDiscoveryClient asked(ServiceWatches watches) {
      return new ReactiveDiscoveryClient() {
        @Override
        public String description() {
          return "asked";
        }

        @Override
        public Flux<ServiceInstance> getInstances(String serviceId) {
          FollowedService service = Objects.requireNonNull(watches.find(serviceId));
          ServiceView view = service.watch().view();
          return Flux.fromIterable(view.eligible())
              .map(endpoint -> new SliceServiceInstance(service.service(), endpoint, view));
        }

        @Override
        public Flux<String> getServices() {
          return Flux.empty();
        }
      };
    }
  }

  @Test
  void isToldBesideSpringCloudsOwnLoadBalancer() {
    try (Caller caller = Caller.withoutGateway(shop, "slicewise.loadbalancer.enabled=false")) {
      System.out.printf(
          "%s with Spring Cloud LoadBalancer, its cache emptied by ours: %s%n",
          Kind.REST_CLIENT, measure(caller, Kind.REST_CLIENT, TIMES));
    }
    String ttl = System.getProperty("slicewise.cache-ttl", "500ms");
    try (Caller caller =
        Caller.withoutGateway(
            shop,
            Asked.class,
            "slicewise.loadbalancer.enabled=false",
            "slicewise.discovery.enabled=false",
            "spring.cloud.loadbalancer.cache.ttl=" + ttl)) {
      System.out.printf(
          "%s with Spring Cloud LoadBalancer, its cache kept for %s: %s%n",
          Kind.REST_CLIENT, ttl, measure(caller, Kind.REST_CLIENT, Math.min(2, TIMES)));
    }
  }
}
