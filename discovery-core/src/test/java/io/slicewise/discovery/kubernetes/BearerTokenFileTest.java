package io.slicewise.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenFileTest {

  private final FakeClock clock = new FakeClock();
  private @TempDir Path directory;
  private Path file;
  private BearerTokenFile token;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("token"), "first\n");
    token = new BearerTokenFile(file, clock);
  }

  @Test
  void readsTheFileAgainAfterTenSeconds() throws Exception {
    assertThat(token.token()).isEqualTo("first");
    Files.writeString(file, "second");

    clock.advance(Duration.ofMillis(9_999));
    assertThat(token.token()).isEqualTo("first");
    clock.advance(Duration.ofMillis(1));
    assertThat(token.token()).isEqualTo("second");
  }

  @Test
  void readsTheFileAtOnceAfterARefusal() throws Exception {
    assertThat(token.token()).isEqualTo("first");
    Files.writeString(file, "second");

    token.refused();

    assertThat(token.token()).isEqualTo("second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "two words", "tok\u00e9n"})
  void keepsTheOldTokenWhenTheFileHoldsNone(String content) throws Exception {
    assertThat(token.token()).isEqualTo("first");
    Files.writeString(file, content);
    token.refused();

    assertThat(token.token()).isEqualTo("first");
  }

  @Test
  void keepsTheOldTokenWhenTheFileIsGone() throws Exception {
    assertThat(token.token()).isEqualTo("first");
    Files.delete(file);
    token.refused();

    assertThat(token.token()).isEqualTo("first");
  }

  @Test
  void saysWhatIsWrongWhenThereNeverWasAToken() throws Exception {
    Files.writeString(file, "");

    assertThatThrownBy(token::token)
        .isInstanceOf(CredentialsException.class)
        .hasMessage("no bearer token: " + file + " is empty");
    Files.delete(file);
    token.refused();
    assertThatThrownBy(token::token).hasMessageContaining("cannot be read (NoSuchFileException)");
  }

  @Test
  void showsThePathAndNotTheToken() throws Exception {
    assertThat(token.token()).isEqualTo("first");

    assertThat(token).hasToString(file.toString());
    assertThat(new BearerTokenInterceptor(token).toString()).doesNotContain("first");
  }
}
