package io.slicewise.discovery.samples.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotatingIdentityTest {

  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir Path directory;

  private final DemoAuthority authority = new DemoAuthority("ca-1"); // its own number is 1
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final LogRecords log = new LogRecords(RotatingIdentity.class);

  @BeforeEach
  void issueNumberTwo() throws IOException {
    write(authority.issue("web"));
  }

  @AfterEach
  void close() {
    log.close();
    timer.shutdownNow();
  }

  private void write(DemoAuthority.Issued issued) throws IOException {
    Files.writeString(directory.resolve("tls.crt"), issued.chain());
    Files.writeString(directory.resolve("tls.key"), issued.key());
    Files.writeString(directory.resolve("ca.crt"), authority.pem());
  }

  private RotatingIdentity load(Duration interval) throws IOException, GeneralSecurityException {
    return new RotatingIdentity(CertificateFiles.in(directory), timer, interval);
  }

  private static int serial(RotatingIdentity identity) {
    return identity.current().certificate().getSerialNumber().intValueExact();
  }

  @Test
  void takesFilesThatHaveChanged() throws Exception {
    RotatingIdentity identity = load(NEVER);
    List<Identity> heard = new ArrayList<>();
    identity.onChange(heard::add);
    assertThat(identity.reload()).isFalse();

    write(authority.issue("web"));

    assertThat(identity.reload()).isTrue();
    assertThat(serial(identity)).isEqualTo(3);
    assertThat(identity.rotations()).isEqualTo(1);
    assertThat(heard).containsExactly(identity.current());
    assertThat(Identity.workload(identity.current().certificate()))
        .contains("spiffe://demo/ns/shop/sa/web");
    assertThat(identity.reload()).isFalse();
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void looksForThemByItself() throws Exception {
    RotatingIdentity identity = load(Duration.ofMillis(5));

    write(authority.issue("web"));

    await().until(() -> serial(identity) == 3);
    identity.close();
  }

  @Test
  void takesAVolumeThatKubeletHasSwapped(@TempDir Path root) throws Exception {
    CertificateVolume volume = new CertificateVolume(root.resolve("volume"));
    volume.write(authority.issue("web"), authority.pem());
    RotatingIdentity identity = new RotatingIdentity(volume.files(), timer, NEVER);
    assertThat(serial(identity)).isEqualTo(3);

    volume.write(authority.issue("web"), authority.pem());

    assertThat(Files.isSymbolicLink(root.resolve("volume/..data"))).isTrue();
    assertThat(identity.reload()).isTrue();
    assertThat(serial(identity)).isEqualTo(4);
    volume.close();
  }

  @ParameterizedTest
  @CsvSource({
    "tls.crt, '',                                   tls.crt: no certificate",
    "tls.crt, '-----BEGIN CERTIFICATE-----\nMIIB',   tls.crt: not readable",
    "tls.key, '',                                   tls.key: no key",
    "tls.key, '-----BEGIN PRIVATE KEY-----\nMIGH',   tls.key: not readable",
    "ca.crt,  'nothing of the kind',                ca.crt: "
  })
  void keepsTheLastGoodIdentityAndSaysSoOnce(String file, String text, String problem)
      throws Exception {
    RotatingIdentity identity = load(NEVER);
    Identity good = identity.current();
    String before = Files.readString(directory.resolve(file));

    Files.writeString(directory.resolve(file), text);
    for (int i = 0; i < 3; i++) {
      assertThat(identity.reload()).isFalse();
    }

    assertThat(identity.current()).isSameAs(good);
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains(directory.toString(), problem, "still spiffe://demo/ns/shop/sa/web")
        .doesNotContain("\n");

    Files.writeString(directory.resolve(file), before);
    assertThat(identity.reload()).isFalse();
    assertThat(identity.rotations()).isZero();
  }

  @Test
  void waitsForTheKeyOfACertificateThatIsWrittenFirst() throws Exception {
    RotatingIdentity identity = load(NEVER);
    DemoAuthority.Issued next = authority.issue("web");

    Files.writeString(directory.resolve("tls.crt"), next.chain());
    assertThat(identity.reload()).isFalse();
    Files.writeString(directory.resolve("tls.key"), next.key());
    assertThat(identity.reload()).isTrue();

    assertThat(serial(identity)).isEqualTo(3);
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("tls.key: is not the key of the certificate in tls.crt");
  }

  @Test
  void refusesACertificateThatHasEnded() throws Exception {
    RotatingIdentity identity = load(NEVER);
    Instant then = Instant.now().minus(Duration.ofDays(3));

    write(new DemoAuthority("ca-1", InstantSource.fixed(then)).issue("web"));

    assertThat(identity.reload()).isFalse();
    assertThat(log.warnings()).singleElement().asString().contains("tls.crt: not valid now");
  }

  @Test
  void saysWhenAFileIsMissing() throws Exception {
    RotatingIdentity identity = load(NEVER);

    Files.delete(directory.resolve("ca.crt"));

    assertThat(identity.reload()).isFalse();
    assertThat(log.warnings()).singleElement().asString().contains("not read", "ca.crt");
  }

  @Test
  void cannotBeginWithoutAnIdentity() throws Exception {
    Files.writeString(directory.resolve("tls.key"), "no key");
    assertThatThrownBy(() -> load(NEVER))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("tls.key: no key (expected: PEM, PRIVATE KEY, not encrypted)");

    Files.delete(directory.resolve("tls.key"));
    assertThatThrownBy(() -> load(NEVER)).isInstanceOf(NoSuchFileException.class);
  }
}
