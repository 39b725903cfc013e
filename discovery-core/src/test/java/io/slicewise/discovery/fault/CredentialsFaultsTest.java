package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.SimulatedService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens and certificate authorities that change, late or wrongly. */
class CredentialsFaultsTest {

  private static final String ALL = "SYNCED 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String ALL_STALE = "STALE 10.0.0.1 10.0.0.2 10.0.0.3";
  private static final String LAST_TWO = "SYNCED 10.0.0.2 10.0.0.3";
  private static final String USER = "system:serviceaccount:default:default";

  @TempDir Path directory;
  private Scene scene;

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private List<String> bearers() {
    return scene.server.requests().stream()
        .map(request -> request.headers().getOrDefault("authorization", ""))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Wire.class,
      names = {"H2_TLS", "H1_TLS"})
  void aTokenThatIsRefusedIsReadAgainAtOnce(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.faults.closeWatches(); // the file is looked at, and then not for ten seconds
    scene.assertAsked("watch @" + known + " 200");
    scene.awaitWatch();
    scene.pass(Duration.ofSeconds(2));
    scene.server.replaceToken("rotated");
    scene.writeToken("rotated");
    scene.loseAPodUnheard();
    scene.faults.closeWatches();

    scene.assertSees(LAST_TWO);
    String accepted = "watch @" + known + " 200";
    scene.assertAsked(accepted, "watch @" + known + " 401", accepted);
    assertThat(bearers().get(2)).isEqualTo("Bearer rotated");
    assertThat(scene.told.failures()).isEmpty();
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @Test
  void aTokenThatIsRotatedInTimeIsNeverRefused() throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.server.addToken("rotated", USER);
    scene.writeToken("rotated");
    scene.checkout().pod("checkout-1").remove(); // over the watch that the old one opened
    scene.assertSees(LAST_TWO);
    scene.assertAsked();
    scene.faults.closeWatches();

    scene.assertAsked("watch @" + scene.version() + " 200");
    assertThat(scene.version()).isNotEqualTo(known);
    assertThat(bearers()).containsExactly("Bearer rotated");
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "rubbish", "gone"})
  void aTokenFileThatCannotBeReadLeavesTheTokenFromBefore(String what) throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    switch (what) {
      case "empty" -> scene.writeToken("");
      case "rubbish" -> scene.writeToken("not a token\u0000");
      default -> scene.deleteToken();
    }
    scene.loseAPodUnheard();
    scene.faults.closeWatches();

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(bearers()).containsExactly("Bearer " + scene.server.token());
    assertThat(scene.told.failures()).isEmpty();
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(
      value = Wire.class,
      names = {"H2_TLS", "H1_TLS"})
  void aTokenThatStaysRefusedKeepsTheViewAndSaysSo(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    scene.server.replaceToken("rotated");
    scene.loseAPodUnheard();
    scene.faults.closeWatches();

    scene.assertSees(ALL_STALE);
    String refused = "watch @" + known + " 401";
    scene.assertAsked(refused, refused);
    assertThat(scene.view().problem())
        .contains("does not accept the credentials (401)")
        .doesNotContain(bearers().get(0).substring("Bearer ".length()));
    scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
    scene.writeToken("rotated");
    scene.passPause(1);

    scene.assertSees(LAST_TWO);
    // The file was looked at a moment ago: the next look comes with the next refusal.
    scene.assertAsked(refused, refused, refused, "watch @" + known + " 200");
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }

  @ParameterizedTest
  @EnumSource(
      value = Wire.class,
      names = {"H2_TLS", "H1_TLS"})
  void aRotatedAuthorityIsTrustedAsSoonAsItsFileIsThere(Wire wire) throws Exception {
    scene = Scene.synced(directory, wire);
    String known = scene.version();
    int port = scene.server.uri().getPort();
    scene.server.close();
    scene.passPause(1); // the stream broke
    try (EmbeddedApiServer next =
        EmbeddedApiServer.builder().port(port).http2(wire.http2).start()) {
      scene.failure(2); // refused, or met the next one already
      scene.passPause(scene.told.failures().size());
      scene.eventually(
          () -> assertThat(scene.view().problem()).contains("TLS handshake failed", "ca.crt"));
      scene.assertSees(ALL_STALE);
      assertThat(next.requests()).isEmpty();
      scene.assertCalls("10.0.0.1", "10.0.0.2", "10.0.0.3");
      SimulatedService checkout = next.cluster().service("shop", "checkout");
      Scene.addPods(checkout); // the same writes lead to the same version
      checkout.pod("checkout-1").remove();
      scene.writeAuthority(next.caCertificate());
      scene.passPause(scene.told.failures().size());

      scene.assertSees(LAST_TWO);
      assertThat(RequestTrail.of(next.requests())).containsExactly("watch @" + known + " 200");
      scene.assertCalls("10.0.0.2", "10.0.0.3");
      scene.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nrubbish"})
  void anAuthorityFileThatCannotBeReadLeavesTheOneFromBefore(String content) throws Exception {
    scene = Scene.synced(directory, Wire.H2_TLS);
    String known = scene.version();
    scene.writeAuthority(content);
    scene.loseAPodUnheard();
    scene.faults.closeWatches();

    scene.assertSees(LAST_TWO);
    scene.assertAsked("watch @" + known + " 200");
    assertThat(scene.told.failures()).isEmpty();
    assertThat(scene.caller().heard()).containsExactly(ALL, LAST_TWO);
    scene.assertCalls("10.0.0.2", "10.0.0.3");
  }
}
