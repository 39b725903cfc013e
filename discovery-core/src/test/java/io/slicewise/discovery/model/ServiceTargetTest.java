package io.slicewise.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every spelling of a target, and every error with its message. */
class ServiceTargetTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // text, pod, service, namespace, port
        "checkout, -, checkout, -, -",
        "checkout:grpc, -, checkout, -, grpc",
        "checkout:8080, -, checkout, -, 8080",
        "checkout.shop, -, checkout, shop, -",
        "checkout.shop:grpc, -, checkout, shop, grpc",
        "checkout.shop.svc, -, checkout, shop, -",
        "checkout.shop.svc:80, -, checkout, shop, 80",
        "checkout.shop.svc.cluster.local, -, checkout, shop, -",
        "checkout.shop.svc.cluster.local.:grpc, -, checkout, shop, grpc",
        "checkout.shop.svc.some.other.domain:1, -, checkout, shop, 1",
        "db-0.db.shop, db-0, db, shop, -",
        "db-0.db.shop:cql, db-0, db, shop, cql",
        "db-0.db.shop.svc, db-0, db, shop, -",
        "db-0.db.shop.svc.cluster.local:9042, db-0, db, shop, 9042",
        "a.svc, -, a, svc, -",
        "a.b.svc.svc, -, a, b, -",
        "shop/checkout, -, checkout, shop, -",
        "shop/checkout:grpc, -, checkout, shop, grpc",
        "k8s:///checkout, -, checkout, -, -",
        "k8s:///checkout.shop:grpc, -, checkout, shop, grpc",
        "k8s:///shop/checkout:grpc, -, checkout, shop, grpc",
        "k8s:///db-0.db.shop:cql, db-0, db, shop, cql",
        "k8s://checkout.shop:8080, -, checkout, shop, 8080",
        "kubernetes:///checkout.shop:grpc, -, checkout, shop, grpc",
        "kubernetes:///checkout:80, -, checkout, -, 80",
        "kubernetes://shop/checkout:grpc, -, checkout, shop, grpc",
        "kubernetes://checkout.shop:8080/, -, checkout, shop, 8080",
        "kubernetes://checkout.shop.svc.cluster.local:8080, -, checkout, shop, 8080",
        "kubernetes:https, -, kubernetes, -, https",
        "kubernetes:443, -, kubernetes, -, 443",
        "k8s:grpc, -, k8s, -, grpc",
        "kubernetes.default:https, -, kubernetes, default, https",
        "7-eleven.9:1, -, 7-eleven, 9, 1",
      })
  void reads(String text, String pod, String service, String namespace, String port) {
    ServiceTarget target = ServiceTarget.parse(text);

    assertThat(target.pod()).isEqualTo(pod);
    assertThat(target.service()).isEqualTo(service);
    assertThat(target.namespace()).isEqualTo(namespace);
    assertThat(target.port() == null ? null : target.port().toString()).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                | label: '' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        ":grpc             | label: '' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "checkout:         | port: '' (expected: a port name such as grpc, or a number)",
        "checkout:0        | port: 0 (expected: 1 to 65535)",
        "checkout:65536    | port: 65536 (expected: 1 to 65535)",
        "checkout:99999999 | port: 65536 (expected: 1 to 65535)",
        "checkout:GRPC     | port: GRPC (expected: a port name such as grpc, or a number)",
        "checkout:-1       | port: -1 (expected: a port name such as grpc, or a number)",
        "checkout:a:b      | port: a:b (expected: a port name such as grpc, or a number)",
        "Checkout          | label: 'Checkout' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "check_out         | label: 'check_out' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "-a                | label: '-a' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "a-                | label: 'a-' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "a..b              | label: '' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "a.b.c.d           | label: d (expected: svc after the namespace)",
        "a b               | label: 'a b' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "/checkout         | namespace: '' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "shop/             | service: '' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "shop/a/b          | service: 'a/b' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "http://checkout   | port: //checkout (expected: a port name such as grpc, or a number)",
        "k8s:///           | label: '' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "k8s://            | label: '' (expected: 1 to 63 of a-z, 0-9 and - inside)",
        "[fd00::1]:80      | port: :1]:80 (expected: a port name such as grpc, or a number)",
      })
  void refuses(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceTarget.parse(text))
        .withMessage(
            "target: "
                + text
                + " (expected: [pod.]service[.namespace[.svc[.domain]]][:port]): "
                + why);
  }

  @Test
  void refusesALabelOfSixtyFourCharacters() {
    assertThat(ServiceTarget.parse("a".repeat(63)).service()).hasSize(63);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceTarget.parse("a".repeat(64)))
        .withMessageContaining("expected: 1 to 63 of");
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkout", "checkout.shop:grpc", "db-0.db.shop:9042", "a.b:65535"})
  void readsBackWhatItWrites(String text) {
    assertThat(ServiceTarget.parse(text)).hasToString(text);
    assertThat(ServiceTarget.parse(ServiceTarget.parse(text).toString()))
        .isEqualTo(ServiceTarget.parse(text));
  }

  @Test
  void fillsInTheNamespaceOnlyWhereItHasNone() {
    assertThat(ServiceTarget.parse("a:1").inNamespace("shop")).hasToString("a.shop:1");
    assertThat(ServiceTarget.parse("a.b:1").inNamespace("shop")).hasToString("a.b:1");
  }

  @Test
  void namesItsServiceOnceItHasANamespace() {
    assertThat(ServiceTarget.parse("a.b").serviceId()).hasToString("b/a");
    assertThatThrownBy(() -> ServiceTarget.parse("a").serviceId())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("namespace: null");
  }
}
