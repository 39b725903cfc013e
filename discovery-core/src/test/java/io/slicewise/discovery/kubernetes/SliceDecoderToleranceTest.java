package io.slicewise.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.SliceEvent;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder forgives, and what it does not. */
class SliceDecoderToleranceTest {

  private final SliceDecoder decoder = new SliceDecoder();

  @Test
  void readsKeysInAnyOrder() throws Exception {
    SliceEvent event =
        decode(
            "{'object':{'ports':[{'port':80,'name':'http'}],'endpoints':[{'zone':'z',"
                + "'addresses':['10.0.0.1']}],'addressType':'IPv4','metadata':"
                + "{'resourceVersion':'5','name':'a','labels':{'kubernetes.io/service-name':'s'},"
                + "'namespace':'shop'},'kind':'EndpointSlice'},'type':'MODIFIED'}");

    assertThat(event.type()).isEqualTo(SliceEvent.Type.MODIFIED);
    assertThat(event.slice().service()).isEqualTo("s");
    assertThat(event.slice().ports()).containsExactly(new SlicePort("http", "TCP", 80, null));
    assertThat(event.slice().endpoints()).hasSize(1);
  }

  /** What is remembered of the last version has no room for the length of such a text. */
  @Test
  void readsEndpointsWithMoreThanSixtyFourKilobytesOfText() throws Exception {
    for (int chars : new int[] {65_400, 65_500, 65_535, 65_536, 65_600, 131_072}) {
      for (String address : List.of("10.0.0.1", "10.0.0.2", "10.0.0.2")) {
        String large = "{'later':'%s','addresses':['%s']}".formatted("x".repeat(chars), address);
        assertThat(endpoints("[%s,{'addresses':['10.0.0.9']}]".formatted(large)))
            .extracting(SliceEndpoint::address)
            .containsExactly(address, "10.0.0.9");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'unknown':{'a':[1,{'b':null}]}",
        "'deprecatedTopology':{'topology.kubernetes.io/zone':'x'}",
        "'hostname':7",
        "'hostname':null",
        "'hostname':''",
        "'nodeName':['a']",
        "'zone':{'name':'z'}",
        "'zone':false",
        "'targetRef':null",
        "'targetRef':'pod'",
        "'targetRef':{'kind':'Node','name':'n','uid':'5a4c0000-0000-4000-8000-000000000001'}",
        "'targetRef':{'uid':7,'name':[]}",
        "'hints':null",
        "'hints':[]",
        "'hints':{'forZones':null,'forNodes':'a'}",
        "'hints':{'forZones':[null,7,{'name':7},{'name':{}},{}]}",
        "'conditions':null",
        "'conditions':[]",
        "'conditions':{}",
        "'conditions':{'ready':null,'serving':null,'terminating':null}",
        "'conditions':{'ready':'no','serving':{'a':1},'terminating':'yes','later':false}"
      })
  void countsWhatItCannotUseAsMissing(String field) throws Exception {
    assertThat(endpoints("[{'addresses':['10.0.0.1'],%s}]".formatted(field)))
        .containsExactly(
            new SliceEndpoint(
                "10.0.0.1",
                Conditions.of(true, true, false),
                null,
                null,
                null,
                null,
                0,
                0,
                Hints.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "7",
        "'text'",
        "[]",
        "[null]",
        "[7,'a',[]]",
        "[{}]",
        "[{'addresses':null}]",
        "[{'addresses':[]}]",
        "[{'addresses':['']}]",
        "[{'addresses':[null,'10.0.0.1']}]",
        "[{'addresses':[{'ip':'10.0.0.1'}]}]",
        "[{'addresses':'10.0.0.1'}]"
      })
  void leavesOutWhatHasNoAddress(String endpoints) throws Exception {
    assertThat(endpoints(endpoints)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "010.000.0.01, 10.0.0.1",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "pod-1.example.com, pod-1.example.com",
    "10.0.0.999, 10.0.0.999"
  })
  void makesAddressesCanonical(String text, String canonical) throws Exception {
    assertThat(endpoints("[{'addresses':['%s','10.9.9.9']}]".formatted(text)))
        .extracting(SliceEndpoint::address)
        .containsExactly(canonical);
  }

  @Test
  void keepsUidsThatAreNoUuids() throws Exception {
    String endpoint = "{'addresses':['10.0.0.1'],'targetRef':{'name':'p','uid':'%s'}}";
    List<SliceEndpoint> found =
        endpoints(
            "[%s,%s,%s]"
                .formatted(
                    endpoint.formatted("mirror-1"),
                    endpoint.formatted("5a4c0000-0000-4000-8000-00000000000g"),
                    endpoint.formatted("5A4C0000-0000-4000-8000-000000000001")));

    assertThat(found)
        .extracting(SliceEndpoint::podUid)
        .containsExactly(
            UUID.nameUUIDFromBytes("mirror-1".getBytes(UTF_8)),
            UUID.nameUUIDFromBytes("5a4c0000-0000-4000-8000-00000000000g".getBytes(UTF_8)),
            UUID.fromString("5a4c0000-0000-4000-8000-000000000001"));
    assertThat(found).extracting(SliceEndpoint::pod).containsOnly("p");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'port':null}",
        "{'port':'8080'}",
        "{'port':-1}",
        "{'port':65536}",
        "{'port':99999999999999999999}",
        "{'port':80.5}",
        "{'port':[80],'name':null,'protocol':null,'appProtocol':null}",
        "{'name':{},'protocol':7,'appProtocol':['x'],'later':{'a':1}}"
      })
  void takesAnUnusablePortNumberForNone(String port) throws Exception {
    assertThat(slice("'ports':[null,'x',%s]".formatted(port)).ports())
        .containsExactly(new SlicePort("", "TCP", 0, null));
  }

  @ParameterizedTest
  @CsvSource({"IPv4,IPV4", "IPv6,IPV6", "FQDN,FQDN", "'',UNKNOWN", "IPv9,UNKNOWN"})
  void readsAddressTypes(String text, AddressType type) throws Exception {
    assertThat(slice("'addressType':'%s'".formatted(text)).addressType()).isEqualTo(type);
  }

  /** Read without a formatter, or by one: the same time as the formatter's, or none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T10:11:11Z",
        "2026-03-01T10:11:11.5Z",
        "2026-03-01T10:11:11.000000001Z",
        "2026-03-01T10:11:11.123456789Z",
        "2026-03-01T10:11:11.1234567890Z",
        "2026-03-01T10:11:11.Z",
        "2026-03-01T10:11:11.5",
        "2026-03-01T10:11:11,5Z",
        "2026-03-01T10:11:11.5.5Z",
        "2026-03-01T24:00:00.5Z",
        "2026-03-01T24:00:00Z",
        "2026-02-30T10:11:11.5Z",
        "2026-12-31T23:59:60.5Z",
        "2026-03-01T10:11:1Z",
        ""
      })
  void readsTheTimeOfAChange(String text) throws Exception {
    Instant expected;
    try {
      expected = Instant.parse(text);
    } catch (DateTimeParseException e) {
      expected = null;
    }
    String time = "'endpoints.kubernetes.io/last-change-trigger-time':'%s'".formatted(text);

    SliceEvent event =
        decode(
            "{'type':'ADDED','object':{'metadata':{'name':'a','resourceVersion':'5',"
                + "'annotations':{%s}}}}".formatted(time));

    assertThat(event.slice().lastChange()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'annotations':{'endpoints.kubernetes.io/last-change-trigger-time':'yesterday'}",
        "'annotations':{'endpoints.kubernetes.io/last-change-trigger-time':7}",
        "'annotations':null",
        "'annotations':[]",
        "'labels':null",
        "'labels':{'a':null,'kubernetes.io/service-name':7}",
        "'namespace':null",
        "'namespace':{'a':1}"
      })
  void forgivesMetadata(String field) throws Exception {
    SliceEvent event =
        decode(
            "{'type':'ADDED','object':{'metadata':{%s,'name':'a','resourceVersion':'5'}}}"
                .formatted(field));

    assertThat(event.slice().lastChange()).isNull();
    assertThat(event.slice().service()).isEmpty();
    assertThat(event.slice().labels()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "[]",
        "<html>",
        "{}",
        "{'type':null}",
        "{'type':'ADDED'}",
        "{'type':'ADDED','object':null}",
        "{'type':'ADDED','object':{'metadata':{'name':'a'}}}",
        "{'type':'ADDED','object':{'metadata':{'resourceVersion':'5'}}}",
        "{'type':'ADDED','object':{'kind':'Pod','metadata':{'name':'a','resourceVersion':'5'}}}",
        "{'type':'BOOKMARK','object':{}}",
        "{'type':'BOOKMARK','object':{'metadata':{'resourceVersion':7}}}",
        "{'type':'ERROR','object':{}}{}",
        "{'type':'ERROR','object':{}}x",
        "{'type':'ERROR' 'object':{}}",
        "{'type':'ERROR','object':{'code':0x1}}"
      })
  void refusesJunk(String line) {
    assertThatThrownBy(() -> decode(line)).isInstanceOf(UndecodableException.class);
  }

  @Test
  void refusesNestingWithoutEnd() {
    assertThatThrownBy(() -> decode("{'x':" + "[".repeat(100_000)))
        .isInstanceOf(UndecodableException.class);
  }

  @Test
  void refusesALineCutOffAnywhere() {
    byte[] line = WireSamples.ADDED.getBytes(UTF_8);
    for (int length = 0; length < line.length; length++) {
      int cut = length;
      assertThatThrownBy(() -> decoder.decodeEvent(line, 0, cut))
          .as("cut at %d", cut)
          .isInstanceOf(UndecodableException.class);
    }
  }

  @Test
  void survivesAnyWrongByteAndQuotesNothing() throws Exception {
    Set<String> messages = new HashSet<>();
    byte[] line = WireSamples.ADDED.getBytes(UTF_8);
    for (int i = 0; i < line.length; i++) {
      for (byte wrong : new byte[] {0, '"', '{', ']', (byte) 0xff}) {
        byte[] garbled = line.clone();
        garbled[i] = wrong;
        try {
          decoder.decodeEvent(garbled, 0, garbled.length);
        } catch (UndecodableException expected) {
          messages.add(String.valueOf(expected.getMessage()));
        }
      }
    }
    assertThat(messages).isNotEmpty().noneMatch(message -> message.contains("abcde"));
    assertThat(decode(WireSamples.ADDED).slice().endpoints()).hasSize(1);
  }

  @Test
  void carriesNothingFromOneObjectToTheNext() throws Exception {
    decode(WireSamples.ADDED);

    EndpointSlice slice = slice("'kind':'EndpointSlice'");

    assertThat(slice.labels()).isEmpty();
    assertThat(slice.endpoints()).isEmpty();
    assertThat(slice.ports()).isEmpty();
    assertThat(slice.lastChange()).isNull();
    assertThat(slice.addressType()).isEqualTo(AddressType.UNKNOWN);
  }

  private List<SliceEndpoint> endpoints(String endpoints) throws UndecodableException {
    return slice("'endpoints':" + endpoints).endpoints();
  }

  private EndpointSlice slice(String fields) throws UndecodableException {
    return decode(
            "{'type':'ADDED','object':{'metadata':{'name':'a','resourceVersion':'5'},%s}}"
                .formatted(fields))
        .slice();
  }

  private SliceEvent decode(String line) throws UndecodableException {
    byte[] bytes = line.replace('\'', '"').getBytes(UTF_8);
    return decoder.decodeEvent(bytes, 0, bytes.length);
  }
}
