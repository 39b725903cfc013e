package io.slicewise.discovery.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.TestCluster;
import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Since when a first answer is waited for. */
class FirstAnswerTest {

  @Test
  void theTimeForAnAnswerIsThatOfOneWait() {
    FakeClock clock = new FakeClock();
    FirstAnswer first = new FirstAnswer(Duration.ofSeconds(2), clock::nanoTime);
    Object subject = new Object();
    first.begin(subject);
    clock.advance(Duration.ofMillis(1_500));
    first.begin(subject);
    assertThat(first.remaining(subject)).isEqualTo(Duration.ofMillis(500));
    clock.advance(Duration.ofSeconds(1));
    assertThat(first.remaining(subject)).isZero();
  }

  @Test
  void itBeginsWhenAServiceIsOpenedByWhomever() {
    try (TestCluster cluster = new TestCluster()) {
      cluster.server().kill();
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  SlicewiseAutoConfiguration.class,
                  SlicewiseDiscoveryClientAutoConfiguration.class))
          .withPropertyValues(cluster.properties("slicewise.discovery.timeout=1h"))
          .run(
              context -> {
                ServiceWatch opened = // as a load balancer does
                    context.getBean(ServiceWatches.class).find("checkout").watch();
                long begun = System.nanoTime();
                long asked;
                do { // for so long that it cannot have begun only with the question
                  asked = System.nanoTime();
                } while (asked - begun < 2_000_000);
                assertThat(context.getBean(FirstAnswer.class).remaining(opened))
                    .isLessThanOrEqualTo(Duration.ofHours(1).minusNanos(asked - begun));
              });
    }
  }
}
