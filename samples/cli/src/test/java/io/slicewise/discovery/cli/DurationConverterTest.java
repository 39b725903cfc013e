package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "30s, PT30S",
    "30, PT30S",
    "1.5s, PT1.5S",
    "0.25, PT0.25S",
    "2m, PT2M",
    "1h, PT1H",
    "999999999s, PT277777H46M39S"
  })
  void reads(String text, Duration expected) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0s",
        "-1s",
        "soon",
        "5 s",
        "1d",
        "1S",
        "s",
        "1e3",
        "0.0000000001ms",
        "99999999999999s",
        "999999999h",
        "٣s"
      })
  void refuses(String text) {
    assertThatThrownBy(() -> new DurationConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'" + text + "' (expected: > 0, as in 500ms, 30s, 2m or 30)");
  }
}
