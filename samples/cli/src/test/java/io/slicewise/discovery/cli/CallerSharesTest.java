package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class CallerSharesTest {

  @Test
  void anyNumbersWillDo() {
    assertThat(CallerShares.parse("eu-1a=2,eu-1b=1").byZone())
        .isEqualTo(Map.of("eu-1a", 2.0, "eu-1b", 1.0));
    assertThat(CallerShares.parse(" a = 0.5 , b=0, c=1e3 ").byZone())
        .isEqualTo(Map.of("a", 0.5, "b", 0.0, "c", 1000.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"        | '' (expected: ZONE=SHARE,... as in a=2,b=1,c=1)",
        "a         | 'a' (expected: ZONE=SHARE,... as in a=2,b=1,c=1)",
        "a=1,      | 'a=1,' (expected: ZONE=SHARE,... as in a=2,b=1,c=1)",
        "=1        | '=1' (expected: ZONE=SHARE,... as in a=2,b=1,c=1)",
        "a=        | 'a=' (expected: ZONE=SHARE,... as in a=2,b=1,c=1)",
        "a=x       | share of a: 'x' (expected: 0 or more, as in a=2,b=1,c=1)",
        "a=1,b=-1  | share of b: '-1' (expected: 0 or more, as in a=2,b=1,c=1)",
        "a=NaN     | share of a: 'NaN' (expected: 0 or more, as in a=2,b=1,c=1)",
        "a=1e999   | share of a: '1e999' (expected: 0 or more, as in a=2,b=1,c=1)",
        "a=1,a=2   | 'a=1,a=2' (expected: a once)",
        "a=0,b=0   | 'a=0,b=0' (expected: a sum above 0)",
      })
  void refuses(String text, String message) {
    assertThatThrownBy(() -> CallerShares.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(message);
  }
}
