package io.slicewise.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept in fewer bytes than its text comes out as it went in. */
class SliceEndpointTest {

  private static final UUID UID = UUID.fromString("0b9f6c1e-8d3c-4f0e-9a55-5c1d2e3f4a5b");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3",
        "0.0.0.0",
        "255.255.255.255",
        "2001:db8::1",
        "db-0.example.com",
        "010.1.2.3",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1..2.3",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.4 ",
        "١.٢.٣.٤",
        "00.0.0.0",
        "1.2.3.99999999999",
        ""
      })
  void anAddressStaysAsItWasWritten(String address) {
    assertThat(at(address).address()).isEqualTo(address);
    assertThat(at(address)).isEqualTo(at(address)).hasSameHashCodeAs(at(address));
  }

  @Property
  void everyIpv4AddressComesOutAsItWentIn(
      @ForAll @IntRange(max = 255) int a,
      @ForAll @IntRange(max = 255) int b,
      @ForAll @IntRange(max = 255) int c,
      @ForAll @IntRange(max = 255) int d) {
    String text = a + "." + b + "." + c + "." + d;
    assertThat(at(text).address()).isEqualTo(text);
    assertThat(at(text)).isNotEqualTo(at(text.replaceFirst("^\\d+", "" + (a + 1) % 256)));
  }

  @Test
  void anAddressThatIsNotCanonicalIsAnother() {
    assertThat(at("010.1.2.3")).isNotEqualTo(at("10.1.2.3"));
    assertThat(at("::ffff:10.1.2.3")).isNotEqualTo(at("10.1.2.3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkout-6c9f7d8b5-x2k4q",
        "checkout-6c9f7d8b5-12345678",
        "checkout-6c9f7d8b5-123456789",
        "db-0",
        "web",
        "-",
        "a-",
        "-a",
        "--",
        "a-\u0000",
        "a-\u0000b",
        "a-b\u0000",
        "pod-ä",
        "pod-€uro",
        "pod-\ud83d\ude00",
        "12345678",
        "1234567890-1234567"
      })
  void aPodsNameStaysAsItWasWritten(String name) {
    assertThat(of(name).pod()).isEqualTo(name);
    assertThat(PodName.of(name)).hasToString(name);
  }

  @Property
  void anyNameComesOutAsItWentIn(@ForAll @StringLength(min = 1, max = 20) String name) {
    assertThat(of(name).pod()).isEqualTo(name);
    assertThat(of(name + "-" + name).pod()).isEqualTo(name + "-" + name);
    assertThat(of(name)).isEqualTo(of(name)).isNotEqualTo(of(name + "-"));
  }

  @Test
  void whoDiffersInOneThingIsAnother() {
    assertThat(of("db-0")).isNotEqualTo(of("db-1")).isNotEqualTo(of(null)).isNotEqualTo(of("dc-0"));
    assertThat(of(null).pod()).isNull();
    assertThat(of(null).podUid()).isEqualTo(UID);
    assertThat(at("10.1.2.3").podUid()).isNull();
  }

  private static SliceEndpoint at(String address) {
    return new SliceEndpoint(
        address, Conditions.of(true, true, false), null, "n1", "a", null, 0, 0, Hints.NONE);
  }

  private static SliceEndpoint of(@Nullable String pod) {
    return new SliceEndpoint(
        "10.1.2.3",
        Conditions.of(true, true, false),
        null,
        "n1",
        "a",
        pod,
        UID.getMostSignificantBits(),
        UID.getLeastSignificantBits(),
        Hints.NONE);
  }
}
