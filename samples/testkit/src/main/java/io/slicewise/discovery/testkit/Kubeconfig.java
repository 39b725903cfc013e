package io.slicewise.discovery.testkit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes the YAML that kubectl and client libraries read. */
final class Kubeconfig {

  private Kubeconfig() {}

  static String withToken(URI server, @Nullable String authority, String token) {
    return text(server, authority, "    token: " + token + "\n");
  }

  static String withCertificate(
      URI server, @Nullable String authority, String certificate, String key) {
    return text(
        server,
        authority,
        "    client-certificate-data: "
            + inline(certificate)
            + "\n    client-key-data: "
            + inline(key)
            + "\n");
  }

  private static String text(URI server, @Nullable String authority, String user) {
    String trust =
        authority == null ? "" : "    certificate-authority-data: " + inline(authority) + "\n";
    return "apiVersion: v1\n"
        + "kind: Config\n"
        + "clusters:\n"
        + "- name: testkit\n"
        + "  cluster:\n"
        + "    server: "
        + server
        + "\n"
        + trust
        + "users:\n"
        + "- name: testkit\n"
        + "  user:\n"
        + user
        + "contexts:\n"
        + "- name: testkit\n"
        + "  context:\n"
        + "    cluster: testkit\n"
        + "    user: testkit\n"
        + "    namespace: default\n"
        + "current-context: testkit\n";
  }

  private static String inline(String pem) {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }
}
