package io.slicewise.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the plugins are shell scripts")
class ExecPluginTest {

  private static final String V1 = "client.authentication.k8s.io/v1";

  private @TempDir Path directory;

  @Test
  void readsTokenAndExpiry() throws Exception {
    write(
        "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\""
            + V1
            + "\",\"later\":[1],"
            + "\"status\":{\"expirationTimestamp\":\"2026-03-01T10:00:00Z\",\"token\":\"s3cret\"}}'");

    ExecCredential credential = plugin(Map.of()).run();

    assertThat(credential.token()).isEqualTo("s3cret");
    assertThat(credential.expiry()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(credential.isExpired(Instant.parse("2026-03-01T09:59:59Z"))).isFalse();
    assertThat(credential.isExpired(Instant.parse("2026-03-01T10:00:00Z"))).isTrue();
    assertThat(credential.toString()).doesNotContain("s3cret");
  }

  @Test
  void passesArgumentsEnvironmentAndTheVersionItUnderstands() throws Exception {
    write(
        "echo \"{\\\"kind\\\":\\\"ExecCredential\\\",\\\"apiVersion\\\":\\\"" + V1 + "\\\",",
        "\\\"status\\\":{\\\"token\\\":\\\"$1-$REGION-$(echo $KUBERNETES_EXEC_INFO | tr -d '{}\\\"')",
        "\\\"}}\" | tr -d '\\n'");

    ExecCredential credential =
        plugin(
                Map.of(
                    "args",
                    List.of("get-token"),
                    "env",
                    List.of(Map.of("name", "REGION", "value", "eu"))))
            .run();

    assertThat(credential.token()).startsWith("get-token-eu-kind:ExecCredential,apiVersion:" + V1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 3 | exit code 3",
        "echo s3cret | its output is no",
        "echo '{\"kind\":\"ExecCredential\" s3cret' | its output is not JSON",
        "echo '{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}' | it printed Pod v1",
        "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
            + "\"status\":{}}' | neither a token",
        "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
            + "\"status\":{\"token\":\"s3cret\",\"expirationTimestamp\":\"soon\"}}' | soon",
      })
  void saysWhatWentWrongWithoutQuotingTheOutput(String script, String problem) throws Exception {
    write(script);

    assertThatThrownBy(() -> plugin(Map.of()).run())
        .isInstanceOf(CredentialsException.class)
        .hasMessageStartingWith("exec plugin ./plugin.sh: ")
        .hasMessageContaining(problem)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void saysThatThereIsNoSuchProgram() {
    assertThatThrownBy(() -> plugin(Map.of()).run())
        .isInstanceOf(CredentialsException.class)
        .hasMessageContaining("plugin.sh");
  }

  @RepeatedTest(20) // whether its end or its closed output is seen first is left to chance
  void endsAPluginThatHangsWithItsChildren() throws Exception {
    write("sleep 600; echo late");
    ExecPlugin hanging = new ExecPlugin(settings(Map.of()), Duration.ofMillis(50));

    assertThatThrownBy(hanging::run)
        .isInstanceOf(CredentialsException.class)
        .hasMessageContaining("no end after");
  }

  @Test
  void refusesPluginsThatNeedATerminalOrSpeakAnotherVersion() {
    assertThatThrownBy(() -> plugin(Map.of("interactiveMode", "Always")).run())
        .hasMessageContaining("interactiveMode Always");
    assertThatThrownBy(() -> plugin(Map.of("apiVersion", "v0")).run())
        .hasMessageContaining("apiVersion v0 (expected: one of");
  }

  private void write(String... script) throws IOException {
    Path file = directory.resolve("plugin.sh");
    Files.writeString(file, "#!/bin/sh\n" + String.join("", script) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private ExecPlugin plugin(Map<String, ?> more) {
    return new ExecPlugin(settings(more), Duration.ofSeconds(20));
  }

  private Settings settings(Map<String, ?> more) {
    Map<String, Object> all = new HashMap<>();
    all.put("command", "./plugin.sh");
    all.put("apiVersion", V1);
    all.putAll(more);
    return new Settings(directory.resolve("kubeconfig"), all);
  }
}
