package io.slicewise.discovery.kubernetes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.BROKEN;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.COMPLETE;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.REFUSED;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNDECODABLE;
import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import io.kubernetes.client.openapi.ApiClient;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceRequest.Kind;
import io.slicewise.discovery.testkit.FakeClock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What broken servers and proxies do to an exchange, at the level of HTTP. */
class FaultyServerTest {

  private static final WireMockServer SERVER =
      new WireMockServer(wireMockConfig().dynamicPort().gzipDisabled(false));

  private final FakeClock clock = new FakeClock();
  private ApiServerSource source;
  private RecordingHandler handler;

  @BeforeAll
  static void startServer() {
    SERVER.start();
  }

  @AfterAll
  static void stopServer() {
    SERVER.stop();
  }

  @BeforeEach
  void open() {
    SERVER.resetAll();
    ApiClient client = new ApiClient().setBasePath(SERVER.baseUrl() + "/prefix/");
    source =
        new ApiServerSource(
            ClusterConfig.of(client, "shop"),
            ReaderThreads.daemons(),
            clock,
            Duration.ofMillis(700));
    handler = new RecordingHandler();
  }

  @AfterEach
  void close() {
    source.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"})
  void aConnectionThatEndsBeforeTheAnswerIsBroken(Fault fault) throws Exception {
    answer(aResponse().withFault(fault));

    assertThat(watch().kind()).isEqualTo(BROKEN);
    assertThat(handler.isOpen()).isFalse();
    SERVER.verify(1, anyRequestedFor(anyUrl())); // OkHttp does not try again on its own
  }

  @Test
  void aChunkThatIsMalformedBreaksTheStream() throws Exception {
    answer(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK));

    assertThat(watch().kind()).isEqualTo(BROKEN);
    assertThat(handler.isOpen()).isTrue();
  }

  @Test
  void anAnswerThatIsNoHttpIsBroken() throws Exception {
    answer(aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE));

    assertThat(watch().kind()).isEqualTo(BROKEN);
  }

  @Test
  void aStreamThatEndsInGoodOrderIsComplete() throws Exception {
    answer(json(WireSamples.ADDED + "\n" + WireSamples.BOOKMARK + "\n"));

    assertThat(watch()).isEqualTo(ExchangeEnd.complete());
    assertThat(handler.remaining()).hasSize(2);
  }

  @Test
  void aStreamThatEndsInsideAnEventIsUndecodable() throws Exception {
    answer(json(WireSamples.BOOKMARK + "\n" + WireSamples.ADDED.substring(0, 100)));

    assertThat(watch().kind()).isEqualTo(UNDECODABLE);
    assertThat(handler.remaining()).hasSize(1);
  }

  @Test
  void aListInGzipIsUnpacked() throws Exception {
    answer(json(WireSamples.list("10245", "")));

    assertThat(send(Requests.list("checkout"))).isEqualTo(ExchangeEnd.listed("10245", null));
    SERVER.verify(
        anyRequestedFor(anyUrl()).withHeader("Accept-Encoding", WireMock.equalTo("gzip")));
  }

  @Test
  void aPageOfAProxyIsUndecodable() throws Exception {
    answer(aResponse().withHeader("Content-Type", "text/html").withBody("<html>Log in</html>"));

    ExchangeEnd end = watch();

    assertThat(end.kind()).isEqualTo(UNDECODABLE);
    assertThat(end.message()).contains("text/html (expected: application/json");
    assertThat(handler.isOpen()).isFalse();
  }

  @Test
  void aRedirectIsRefusedAndNotFollowed() throws Exception {
    answer(
        aResponse().withStatus(302).withHeader("Location", "https://login.example.com/?state=s3"));

    ExchangeEnd end = watch();

    assertThat(end.kind()).isEqualTo(REFUSED);
    assertThat(end.status().code()).isEqualTo(302);
    assertThat(end.message())
        .contains("redirected to https://login.example.com:443")
        .doesNotContain("s3");
    SERVER.verify(1, anyRequestedFor(anyUrl()));
  }

  @Test
  void aPlainTextRefusalKeepsItsTextAndItsSeconds() throws Exception {
    answer(
        aResponse()
            .withStatus(429)
            .withHeader("Retry-After", "7")
            .withHeader("Content-Type", "text/plain; charset=utf-8")
            .withBody("Too many requests,\nplease try again later.\n"));

    ExchangeEnd end = watch();

    assertThat(end.kind()).isEqualTo(REFUSED);
    assertThat(end.status().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(end.status()).hasToString("429: Too many requests, please try again later.");
  }

  @Test
  void aRetryAfterMayBeADate() throws Exception {
    String inAMinute =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            clock.instant().plusSeconds(60).atZone(ZoneOffset.UTC));
    answer(aResponse().withStatus(503).withHeader("Retry-After", inAMinute));
    assertThat(watch().status().retryAfter())
        .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(60));

    clock.advance(Duration.ofHours(1));
    handler = new RecordingHandler();
    assertThat(watch().status().retryAfter()).isZero();
  }

  @Test
  void aRetryAfterThatIsNeitherCountsAsNone() throws Exception {
    answer(aResponse().withStatus(429).withHeader("Retry-After", "99999999999"));
    assertThat(watch().status().retryAfter()).isNull();

    answer(aResponse().withStatus(429).withHeader("Retry-After", "soon"));
    handler = new RecordingHandler();
    assertThat(watch().status().retryAfter()).isNull();
  }

  @Test
  void aStatusBodyIsRead() throws Exception {
    String body = WireSamples.TOO_LARGE.substring(WireSamples.TOO_LARGE.indexOf("{\"kind\""));
    answer(json(body.substring(0, body.length() - 1)).withStatus(504));

    ExchangeEnd end = watch();

    assertThat(end.status().resourceVersionTooLarge()).isTrue();
    assertThat(end.status().retryAfter()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aLongErrorPageIsCut() throws Exception {
    answer(aResponse().withStatus(502).withBody("x".repeat(1 << 20)));

    assertThat(watch().status().message()).hasSize(301).endsWith("…");
  }

  @Test
  void anAnswerThatComesTooLateIsNotWaitedFor() throws Exception {
    answer(json(WireSamples.BOOKMARK).withFixedDelay(5_000));

    ExchangeEnd end = watch();

    assertThat(end.kind()).isEqualTo(UNREACHABLE);
    assertThat(end.message()).contains("no answer within");
  }

  @Test
  void aStreamMayTakeLongerThanItsAnswer() throws Exception {
    String lines = (WireSamples.BOOKMARK + "\n").repeat(4);
    answer(json(lines).withChunkedDribbleDelay(4, 1_000));

    assertThat(watch().kind()).isEqualTo(COMPLETE);
    assertThat(handler.remaining()).hasSize(4);
  }

  @Test
  void aServerBelowAPathIsAskedBelowThatPath() throws Exception {
    answer(json(WireSamples.BOOKMARK));

    watch();

    SERVER.verify(
        WireMock.getRequestedFor(
            WireMock.urlPathEqualTo(
                "/prefix/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices")));
  }

  @Test
  void aServerThatIgnoresWhatIsAcceptedStillGivesMetadata() throws Exception {
    answer(json(WireSamples.ADDED + "\n" + WireSamples.BOOKMARK + "\n"));

    assertThat(send(Requests.metadata(Kind.WATCH))).isEqualTo(ExchangeEnd.complete());
    assertThat(handler.awaitEvent().slice())
        .satisfies(slice -> assertThat(slice.service()).isEqualTo("checkout"))
        .satisfies(slice -> assertThat(slice.endpoints()).isEmpty());
  }

  @Test
  void aServerThatRefusesToChooseIsAskedForPlainJsonOnce() throws Exception {
    answer(aResponse().withStatus(406));
    SERVER.stubFor(
        any(anyUrl())
            .withHeader("Accept", equalTo("application/json"))
            .willReturn(json(WireSamples.list("17", ""))));

    assertThat(send(Requests.metadata(Kind.LIST))).isEqualTo(ExchangeEnd.listed("17", null));
    assertThat(handler.remaining()).hasSize(1);
    SERVER.verify(2, anyRequestedFor(anyUrl()));
  }

  @Test
  void aServerThatAcceptsNothingIsNotAskedForEver() throws Exception {
    answer(aResponse().withStatus(406));

    assertThat(send(Requests.metadata(Kind.WATCH)).status().code()).isEqualTo(406);
    SERVER.verify(2, anyRequestedFor(anyUrl()));
    handler = new RecordingHandler();
    assertThat(watch().status().code()).isEqualTo(406);
    SERVER.verify(3, anyRequestedFor(anyUrl()));
  }

  private static ResponseDefinitionBuilder json(String body) {
    return aResponse().withHeader("Content-Type", "application/json").withBody(body);
  }

  private static void answer(ResponseDefinitionBuilder response) {
    SERVER.stubFor(any(anyUrl()).willReturn(response));
  }

  private ExchangeEnd watch() throws Exception {
    return send(Requests.watch("1", "checkout"));
  }

  private ExchangeEnd send(SliceRequest request) throws Exception {
    source.start(request, handler);
    return handler.awaitEnd();
  }
}
