package io.slicewise.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "010.000.000.001, 10.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "0.0.0.0, 0.0.0.0",
    // RFC 5952 section 4
    "2001:db8::1, 2001:db8::1",
    "2001:0db8::0001, 2001:db8::1",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:0:0:0:0:0:0, 1::",
    "fe80:0:0:0:0:0:0:1, fe80::1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "0:1:2:3:4:5:6:7, 0:1:2:3:4:5:6:7",
    "fd00::A:b, fd00::a:b",
  })
  void hasOneCanonicalText(String text, String canonical) {
    assertThat(IpLiteral.canonical(text)).isEqualTo(canonical);
    assertThat(IpLiteral.canonical(canonical)).isSameAs(canonical);
    assertThat(IpLiteral.isValid(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        ":",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.-4",
        "1..2.3",
        "1.2.3.4 ",
        "a.b.c.d",
        "1.2.3.4:80",
        "0x1.2.3.4",
        "١.2.3.4",
        "localhost",
        "example.com",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "g::1",
        "[::1]",
        "fe80::1%eth0",
        "12345::",
        ".:1",
        ".1:2",
        "::1.2.3",
        "1:",
        ":1"
      })
  void refusesEverythingElse(String text) {
    assertThat(IpLiteral.isValid(text)).isFalse();
    assertThat(IpLiteral.canonical(text)).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpLiteral.toInetAddress(text))
        .withMessage("address: " + text + " (expected: an IP address)");
  }

  @Property
  void readsBackWhatTheJdkWrites(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);
    String canonical = IpLiteral.canonical(address.getHostAddress());

    assertThat(canonical).isNotNull();
    assertThat(IpLiteral.toInetAddress(canonical)).isEqualTo(address);
    assertThat(canonical.length()).isLessThanOrEqualTo(address.getHostAddress().length());
  }

  @Property
  void readsBackIpv4(@ForAll @Size(4) byte[] bytes) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);

    assertThat(IpLiteral.canonical(address.getHostAddress())).isEqualTo(address.getHostAddress());
    assertThat(IpLiteral.toInetAddress(address.getHostAddress())).isEqualTo(address);
  }
}
