package io.slicewise.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortSelectorTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "8080, 8080", "65535, 65535", "00080, 80"})
  void readsDigitsAsATargetPort(String text, int number) {
    assertThat(PortSelector.parse(text).number()).isEqualTo(number);
    assertThat(PortSelector.parse(text).name()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc", "http-alt", "a", "9p", "p9"})
  void readsAnythingElseAsAName(String text) {
    assertThat(PortSelector.parse(text).name()).isEqualTo(text);
    assertThat(PortSelector.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65536", "4294967297", "-", "a-", "-a", "A", "a b", "1.5", "+1"})
  void refusesWhatIsNeither(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PortSelector.parse(text))
        .withMessageStartingWith("port: ")
        .withMessageContaining("expected: ");
  }

  @Test
  void matchesByNameOrByNumber() {
    SlicePort grpc = new SlicePort("grpc", "TCP", 8080, null);
    SlicePort unnamed = new SlicePort("", "TCP", 80, null);
    assertThat(PortSelector.parse("grpc").matches(grpc)).isTrue();
    assertThat(PortSelector.parse("8080").matches(grpc)).isTrue();
    assertThat(PortSelector.parse("80").matches(grpc)).isFalse();
    assertThat(PortSelector.named("").matches(unnamed)).isTrue();
    assertThat(PortSelector.named("").matches(grpc)).isFalse();
    assertThat(PortSelector.parse("1").matches(new SlicePort("x", "TCP", 0, null))).isFalse();
  }

  @Test
  void aSlicePortHasANumberOrNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SlicePort("x", "TCP", 65_536, null))
        .withMessage("number: 65536 (expected: 0 to 65535)");
  }
}
