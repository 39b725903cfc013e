package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A mistake in the configuration ends the start, and the report names it. */
class WrongValuesTest {

  private static final TestCluster CLUSTER = new TestCluster();

  @AfterAll
  static void close() {
    CLUSTER.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slicewise.tolerance=-1                      | slicewise.tolerance       | -1.0 (expected: 0 to 10)",
        "slicewise.tolerance=much                    | slicewise.tolerance       | much",
        "slicewise.policy=nearest                    | slicewise.policy          | SAME_ZONE",
        "slicewise.strategy=best                     | slicewise.strategy        | TWO_CHOICES",
        "slicewise.health.slow-start=2h              | slicewise.health.slow-start | PT2H (expected: <= PT1H)",
        "slicewise.watch.idle=10ms                   | slicewise.watch.idle      | PT0.01S (expected: >= PT1S)",
        "slicewise.watch.linger=-1s                  | slicewise.watch.linger    | PT-1S (expected: >= PT0S)",
        "slicewise.watch.idle=soon                   | slicewise.watch.idle      | soon",
        "slicewise.watch.family=fqdn                 | slicewise.watch.family    | expected: IPV4 or IPV6",
        "slicewise.namespace=No_Name                 | slicewise.namespace       | No_Name",
        "slicewise.zone=\\u0020                      | slicewise.zone            | expected: a name",
        "slicewise.context=prod                      | slicewise.context         | prod",
        "slicewise.callers.service=a.b.c             | slicewise.callers.service | expected: service or service.namespace",
        "slicewise.callers.shares.z1=-1              | slicewise.callers.shares  | -1.0 (expected: 0 or more)",
        "slicewise.startup.fail-fast=true            | slicewise.startup.fail-fast | slicewise.startup.follow",
        "slicewise.startup.follow=no_such            | slicewise.startup.follow[0] | no_such",
        "slicewise.discovery.heartbeat-interval=10ms | slicewise.discovery.heartbeat-interval | expected: >= PT1S",
        "slicewise.discovery.namespaces=shop,A_B     | slicewise.discovery.namespaces[1] | A_B",
        "slicewise.services.checkout.port=-1         | slicewise.services.checkout.port | -1",
        "slicewise.services.checkout.service=a_b     | slicewise.services.checkout.service | a_b",
        "slicewise.services.checkout.namespace=a_b   | slicewise.services.checkout.namespace | a_b",
        "slicewise.services.checkout.tolerance=11    | slicewise.services.checkout.tolerance | 11",
        "slicewise.services[a.b].slow-start=2h       | slicewise.services[a.b].slow-start | PT2H",
        "slicewise.services.checkout.policy=nearest  | slicewise.services.checkout.policy | nearest",
        "slicewise.stability.max-stale=0s            | slicewise.stability.max-stale | PT0S (expected: >= PT0.001S)",
        "slicewise.services.checkout.fallback=nowhere | slicewise.services.checkout.fallback | expected: host:port",
        "slicewise.polcy=auto                        | slicewise.polcy           | auto",
        "slicewise.services.checkout.prot=http       | slicewise.services.checkout.prot | http",
      })
  void aWrongValueIsNamed(String property, String name, String expected) {
    String[] properties =
        property.startsWith("slicewise.context")
            ? new String[] {"slicewise.enabled=true", property}
            : CLUSTER.properties(property);
    String unescaped = properties[properties.length - 1].replace("\\u0020", " ");
    properties[properties.length - 1] = unescaped;

    FailureAnalysis failure = StartFailures.of(properties);

    assertThat(failure.getDescription() + failure.getAction()).contains(name).contains(expected);
  }

  @Test
  void whereAClusterIsLookedForAndWhatToDoIsSaid(@TempDir Path home) {
    String before = System.getProperty("user.home");
    System.setProperty("user.home", home.toString());
    try {
      FailureAnalysis failure = StartFailures.of("slicewise.enabled=true");

      assertThat(failure.getDescription())
          .contains("/var/run/secrets/kubernetes.io/serviceaccount/token");
      assertThat(failure.getAction())
          .contains("slicewise.kubeconfig")
          .contains("automountServiceAccountToken")
          .contains("slicewise.enabled");
    } finally {
      System.setProperty("user.home", before);
    }
  }

  @Test
  void aKubeconfigThatIsMissingIsNamed(@TempDir Path directory) {
    FailureAnalysis failure =
        StartFailures.of("slicewise.kubeconfig=" + directory.resolve("nowhere"));

    assertThat(failure.getDescription()).contains("nowhere");
  }
}
