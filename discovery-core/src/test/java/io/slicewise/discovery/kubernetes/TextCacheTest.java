package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TextCacheTest {

  @Test
  void returnsEachTextAsItIsHoweverFewTheSlots() {
    TextCache cache = new TextCache(2, UnaryOperator.identity());
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 300; i++) {
        String text = "x".repeat(i); // 253 and more are not kept
        assertThat(get(cache, text)).isEqualTo(text);
      }
    }
  }

  @Test
  void keepsTextsOfEqualHashApart() {
    TextCache cache = new TextCache(16, UnaryOperator.identity());

    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    assertThat(get(cache, "Aa")).isEqualTo("Aa");
    assertThat(get(cache, "BB")).isEqualTo("BB");
    assertThat(get(cache, "Aa")).isEqualTo("Aa");
  }

  @Test
  void returnsTheSameInstanceForAnyText() {
    TextCache cache = new TextCache(64, UnaryOperator.identity());
    for (String text : List.of("", "a", "zürich-1", "節点", "ip-10-0-0-1.ec2.internal")) {
      assertThat(get(cache, text)).isEqualTo(text).isSameAs(get(cache, text));
    }
  }

  @Test
  void derivesOnceForAsLongAsItRemembers() {
    List<String> derived = new ArrayList<>();
    TextCache cache =
        new TextCache(
            64,
            text -> {
              derived.add(text);
              return text.toUpperCase(Locale.ROOT);
            });

    assertThat(get(cache, "a")).isEqualTo("A");
    assertThat(get(cache, "a")).isEqualTo("A");
    assertThat(derived).containsExactly("a");
  }

  @Test
  void refusesANumberOfSlotsThatIsNoPowerOfTwo() {
    assertThatThrownBy(() -> new TextCache(48, UnaryOperator.identity()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("slots: 48 (expected: a power of two)");
  }

  private static String get(TextCache cache, String text) {
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    return cache.get(bytes, 1, bytes.length - 1);
  }
}
