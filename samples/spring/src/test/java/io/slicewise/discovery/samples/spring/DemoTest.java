package io.slicewise.discovery.samples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo, as its README says to run it. */
class DemoTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  @Timeout(120)
  void noCallFailsWhilePodsComeAndGoAndTheApiServerDies() throws Exception {
    int errors = new Demo(Duration.ofSeconds(5), 0, out).play();

    String text = written.toString(StandardCharsets.UTF_8);
    assertThat(errors).as(text).isZero();
    assertThat(text)
        .contains("/actuator/slicewise/callee")
        .contains("another pod joins zone-a")
        .contains("the API server is killed")
        .containsPattern("RESULT calls=\\d{2,} errors=0 own_zone=\\d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--seconds 4", "--seconds", "--port 70000", "--port x", "--fast 1"})
  void argumentsThatMakeNoSenseAreRefused(String arguments) throws Exception {
    DemoArguments parsed = DemoArguments.parse(arguments.split(" "), out);

    assertThat(parsed.run(out)).isEqualTo(2);
    assertThat(written.toString(StandardCharsets.UTF_8)).contains(arguments).contains("expected:");
  }
}
