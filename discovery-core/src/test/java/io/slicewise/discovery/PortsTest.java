package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Harness.verdicts;
import static io.slicewise.discovery.Slices.READY;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.slice;
import static io.slicewise.discovery.Slices.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which port of an endpoint a target means, and which pod where it names one. */
class PortsTest {

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  private ServiceWatch synced(String target, EndpointSlice... slices) {
    return harness.synced(target, "100", slices);
  }

  private ServiceWatch synced(String target, WatchOptions options, EndpointSlice... slices) {
    return harness.synced(target, options, "100", slices);
  }

  private static EndpointSlice ports(String name, List<SlicePort> ports, SliceEndpoint... of) {
    return Slices.slice("checkout", name, 5, ports, of);
  }

  private static List<String> places(ServiceWatch watch) {
    return watch.view().eligible().stream().map(Endpoint::authority).sorted().toList();
  }

  // Ports: KS A.3

  @Test
  void tellsWhichPortItIsAndWhatIsSpokenThere() {
    SlicePort h2c = new SlicePort("web", "TCP", 8080, "kubernetes.io/h2c");
    ServiceWatch watch =
        synced(
            "checkout:web",
            ports("a", List.of(tcp("other", 1)), ready("10.0.0.3")),
            ports("b", List.of(tcp("other", 1), h2c), ready("10.0.0.1")));
    assertThat(watch.view().port()).isEqualTo(h2c);
    long revision = watch.view().revision();

    SlicePort plain = new SlicePort("web", "TCP", 8080, "http");
    List<SlicePort> now = List.of(tcp("other", 1), plain);
    harness.last().modified(Slices.slice("checkout", "b", 101, now, ready("10.0.0.1")));
    harness.window();

    assertThat(watch.view().port()).isEqualTo(plain);
    assertThat(watch.view().revision()).isEqualTo(revision); // the same endpoints
  }

  @Test
  void hasNoPortToTellWhereNoSliceHasIt() {
    assertThat(
            synced("checkout:grpc", ports("a", List.of(tcp("other", 1)), ready("10.0.0.3")))
                .view()
                .port())
        .isNull();
  }

  @Test
  void takesThePortOfAnEndpointFromItsOwnSlice() {
    ServiceWatch watch =
        synced(
            "checkout:web",
            ports("a", List.of(tcp("web", 8080)), ready("10.0.0.1")),
            ports("b", List.of(tcp("web", 9090)), ready("10.0.0.2")),
            ports("c", List.of(tcp("other", 1)), ready("10.0.0.3")));

    assertThat(places(watch)).containsExactly("10.0.0.1:8080", "10.0.0.2:9090");
    assertThat(verdicts(watch)).containsEntry("10.0.0.3:0", "NO_SUCH_PORT");
    assertThat(watch.explain().addresses().get(2).detail())
        .isEqualTo("the slice c does not have this port");
  }

  @ParameterizedTest
  @CsvSource({"checkout:8080, 10.0.0.1:8080", "checkout:9090, 10.0.0.2:9090"})
  void takesANumberForATargetPort(String target, String place) {
    ServiceWatch watch =
        synced(
            target,
            ports("a", List.of(tcp("web", 8080)), ready("10.0.0.1")),
            ports("b", List.of(tcp("web", 9090)), ready("10.0.0.2")));

    assertThat(places(watch)).containsExactly(place);
  }

  @Test
  void takesTheOnlyPortWhereNoneIsNamed() {
    assertThat(places(synced("checkout", ports("a", List.of(tcp("", 80)), ready("10.0.0.1")))))
        .containsExactly("10.0.0.1:80");
  }

  @Test
  void takesGrpcOrHttpOfSeveralPorts() {
    ServiceWatch byName =
        synced(
            "checkout",
            ports(
                "a",
                List.of(tcp("metrics", 9), tcp("http", 80), tcp("grpc", 81)),
                ready("10.0.0.1")));
    assertThat(places(byName)).containsExactly("10.0.0.1:81");

    harness.advance(Duration.ofSeconds(2));
    ServiceWatch byProtocol =
        harness.synced(
            "basket",
            "100",
            Slices.slice(
                "basket",
                "b",
                5,
                List.of(tcp("metrics", 9), new SlicePort("api", "TCP", 82, "http")),
                ready("10.0.0.2")));
    assertThat(places(byProtocol)).containsExactly("10.0.0.2:82");
  }

  @Test
  void listsThePortsWhereSeveralMightBeMeant() {
    ServiceWatch watch =
        synced("checkout", ports("a", List.of(tcp("x", 1), tcp("y", 2)), ready("10.0.0.1")));

    assertThat(watch.view().eligible()).isEmpty();
    assertThat(watch.view().problem()).isEqualTo("several ports: name one of x 1/TCP, y 2/TCP");
    assertThat(watch.explain().addresses().get(0).detail()).isEmpty();
  }

  @Test
  void listsThePortsWhereTheNameIsNotAmongThem() {
    ServiceWatch watch =
        synced(
            "checkout:http",
            ports(
                "a",
                List.of(tcp("grpc", 8080), new SlicePort("dns", "UDP", 53, null), tcp("", 7)),
                ready("10.0.0.1")));

    assertThat(watch.view().problem())
        .isEqualTo("no TCP port named http; there is grpc 8080/TCP, dns 53/UDP, (unnamed) 7/TCP");
  }

  @Test
  void namesBothReadingsOfANumberThatIsNoTargetPort() {
    ServiceWatch watch = synced("checkout:80", slice("a", 5, ready("10.0.0.1")));

    assertThat(watch.view().problem())
        .startsWith("no target port 80; there is grpc 8080/TCP")
        .contains("If 80 is the Service's own port")
        .contains("servicePortNumbers");
  }

  @ParameterizedTest
  @CsvSource({"UDP, 10.0.0.1:53", "SCTP, 10.0.0.1:132", "TCP, 10.0.0.1:54"})
  void takesThePortOfTheProtocolThatIsAskedFor(String protocol, String place) {
    ServiceWatch watch =
        synced(
            "checkout",
            WatchOptions.DEFAULTS.withProtocol(protocol),
            ports(
                "a",
                List.of(
                    new SlicePort("u", "UDP", 53, null),
                    tcp("t", 54),
                    new SlicePort("s", "SCTP", 132, null)),
                ready("10.0.0.1")));

    assertThat(places(watch)).containsExactly(place);
  }

  @Test
  void aPortWithoutANumberIsNone() {
    ServiceWatch watch =
        synced("checkout:grpc", ports("a", List.of(tcp("grpc", 0)), ready("10.0.0.1")));

    assertThat(verdicts(watch).values()).containsExactly("NO_SUCH_PORT");
  }

  @Test
  void aHeadlessServiceWithoutPortsTakesTheCallersNumber() {
    EndpointSlice portless = ports("a", List.of(), ready("10.0.0.1"));
    assertThat(places(synced("checkout:9042", portless))).containsExactly("10.0.0.1:9042");

    ServiceWatch without = harness.watch("checkout");
    assertThat(without.view().problem())
        .isEqualTo("the Service has no ports: give the number of one in the target");
  }

  @Test
  void aStatefulSetsPodIsFoundByItsHostName() {
    ServiceWatch watch =
        synced(
            "db-1.checkout.shop:grpc",
            slice(
                "a", 5, hosted("10.0.0.1", "db-0"), hosted("10.0.0.2", "db-1"), ready("10.0.0.3")));

    assertThat(addresses(watch.view())).containsExactly("10.0.0.2");
    assertThat(verdicts(watch).values()).containsExactly("OTHER_POD", "IN", "OTHER_POD");
  }

  @Test
  void saysWhichHostNamesThereAreWhereNoneMatches() {
    ServiceWatch watch =
        synced(
            "db-7.checkout.shop:grpc",
            slice("a", 5, hosted("10.0.0.1", "db-0"), hosted("10.0.0.2", "db-1")));

    assertThat(watch.view().problem())
        .isEqualTo("no ready pod has the host name db-7; there are db-0, db-1");
  }

  private static SliceEndpoint hosted(String address, String hostname) {
    SliceEndpoint plain = ready(address);
    return new SliceEndpoint(
        address,
        READY,
        hostname,
        plain.node(),
        plain.zone(),
        hostname,
        plain.podUidHigh(),
        plain.podUidLow(),
        Hints.NONE);
  }
}
