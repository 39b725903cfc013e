package io.slicewise.discovery.fault;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.kubernetes.client.openapi.ApiClient;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a broken server or a proxy before it does to HTTP itself. The server has no watch lists: it
 * lists version 10 with one endpoint, then a watch from there goes wrong once.
 */
class RawHttpFaultsTest {

  private static final WireMockServer SERVER =
      new WireMockServer(wireMockConfig().dynamicPort().gzipDisabled(true));
  private static final String ONE = "SYNCED 10.0.0.1";
  private static final String TWO = "SYNCED 10.0.0.2";
  private static final String NO_WATCH_LIST = "watchlist newest 422";
  private static final String LISTED = "list newest 200";

  private Sdk sdk;

  @BeforeAll
  static void startServer() {
    SERVER.start();
  }

  @AfterAll
  static void stopServer() {
    SERVER.stop();
  }

  @BeforeEach
  void start() {
    SERVER.resetAll();
    ApiClient client = new ApiClient().setBasePath(SERVER.baseUrl());
    sdk = new Sdk(ClusterConfig.of(client, "shop"), settings -> settings);
    SERVER.stubFor(
        any(anyUrl())
            .withQueryParam("sendInitialEvents", equalTo("true"))
            .willReturn(aResponse().withStatus(422)));
    SERVER.stubFor(list().willReturn(json(Lines.list("10", Lines.slice("9", "10.0.0.1")))));
    SERVER.stubFor(list("10").willReturn(json(Lines.list("12", Lines.slice("11", "10.0.0.2")))));
    // Each ends at once: time stands still then, and nothing more is asked.
    SERVER.stubFor(watch("12").willReturn(json(Lines.bookmark("13") + "\n")));
  }

  @AfterEach
  void close() throws Exception {
    sdk.close();
  }

  private static MappingBuilder list() {
    return any(anyUrl())
        .withQueryParam("watch", absent())
        .withQueryParam("resourceVersion", absent());
  }

  private static MappingBuilder list(String version) {
    return any(anyUrl())
        .withQueryParam("watch", absent())
        .withQueryParam("resourceVersion", equalTo(version));
  }

  private static MappingBuilder watch(String version) {
    return any(anyUrl())
        .withQueryParam("watch", equalTo("true"))
        .withQueryParam("sendInitialEvents", absent())
        .withQueryParam("resourceVersion", equalTo(version));
  }

  private static ResponseDefinitionBuilder json(String body) {
    return aResponse().withHeader("Content-Type", "application/json").withBody(body);
  }

  /** The first such request goes wrong, and the next one is as it should be. */
  private static void once(
      MappingBuilder first, MappingBuilder next, ResponseDefinitionBuilder wrong, String right) {
    SERVER.stubFor(
        first
            .inScenario("once")
            .whenScenarioStateIs(Scenario.STARTED)
            .willSetStateTo("right")
            .willReturn(wrong));
    SERVER.stubFor(next.inScenario("once").whenScenarioStateIs("right").willReturn(json(right)));
  }

  private static void watchOnce(ResponseDefinitionBuilder wrong) {
    once(watch("10"), watch("10"), wrong, Lines.event("MODIFIED", "11", "10.0.0.2") + "\n");
  }

  private static List<String> asked() {
    List<String> lines = new ArrayList<>();
    for (ServeEvent event : SERVER.getAllServeEvents()) {
      Map<String, String> query = new HashMap<>();
      event
          .getRequest()
          .getQueryParams()
          .forEach((name, value) -> query.put(name, value.firstValue()));
      Fault fault = event.getResponse().getFault();
      String answer =
          fault == null ? Integer.toString(event.getResponse().getStatus()) : fault.name();
      lines.add(RequestTrail.line(query, answer));
    }
    Collections.reverse(lines); // the newest comes first
    return lines;
  }

  private void assertAsked(String... lines) {
    sdk.eventually(() -> assertThat(asked()).containsExactly(lines));
  }

  private void follow() {
    sdk.follow("checkout:grpc");
    sdk.eventually(() -> assertThat(sdk.view().state().isListed()).isTrue());
    sdk.caller();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aConnectionThatBreaksIsTriedAgainFromWhereTheWatchStood(Fault fault) {
    watchOnce(aResponse().withFault(fault));
    follow();
    Told.Failure failure = lastFailure("127.0.0.1", "localhost");
    sdk.assertCalls("10.0.0.1");
    sdk.pass(failure.pause());

    sdk.assertSees(TWO);
    assertAsked(NO_WATCH_LIST, LISTED, "watch @10 " + fault, "watch @10 200");
    assertThat(sdk.told.lists()).hasSize(1);
    assertThat(sdk.caller().heard()).doesNotContain("SYNCED", "STALE");
    sdk.assertCalls("10.0.0.2");
  }

  /** The last failure that is no refusal of the watch list. */
  private Told.Failure lastFailure(String... oneOf) {
    Told.Failure failure = sdk.failure(2);
    assertThat(oneOf).anyMatch(text -> failure.problem().contains(text));
    return failure;
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aFirstListThatBreaksIsTriedAgain(Fault fault) {
    sdk.nobodyIsFine();
    once(
        list(),
        list(),
        aResponse().withFault(fault),
        Lines.list("12", Lines.slice("11", "10.0.0.2")));
    sdk.follow("checkout:grpc");
    sdk.caller();
    Told.Failure failure = sdk.failure(2);
    sdk.assertSees("PENDING");
    sdk.pass(failure.pause());

    sdk.assertSees(TWO);
    assertAsked(NO_WATCH_LIST, "list newest " + fault, LISTED, "watch @12 200");
    sdk.assertCalls("10.0.0.2");
  }

  /**
   * In good order and in the middle of a line, which is not what a broken connection looks like.
   */
  @Test
  void aLineThatIsCutOffAtACleanEndIsListed() {
    String line = Lines.event("MODIFIED", "11", "10.0.0.7");
    watchOnce(json(line.substring(0, line.length() - 10)));

    assertListedAfter("watch @10 200", "cut off inside an event");
  }

  @Test
  void aPageOfAProxyIsListed() {
    watchOnce(aResponse().withHeader("Content-Type", "text/html").withBody("<html>Log in</html>"));

    assertListedAfter("watch @10 200", "text/html (expected: application/json");
  }

  @Test
  void gzipAlthoughIdentityWasAskedForIsListed() throws Exception {
    watchOnce(
        aResponse()
            .withHeader("Content-Type", "application/json")
            .withHeader("Content-Encoding", "gzip")
            .withBody(gzip(Lines.event("MODIFIED", "11", "10.0.0.7") + "\n")));

    assertListedAfter("watch @10 200", "gzip (expected: identity");
  }

  @Test
  void aRedirectIsListedAndNotFollowed() {
    watchOnce(
        aResponse().withStatus(302).withHeader("Location", "https://login.example.com/?state=s3"));

    assertListedAfter("watch @10 302", "redirected to https://login.example.com");
  }

  /** The view stays, the problem is named, and a list makes it good. */
  private void assertListedAfter(String wrong, String problem) {
    follow();
    Told.Failure failure = sdk.failure(2);
    assertThat(failure.problem()).contains(problem);
    sdk.assertCalls("10.0.0.1");
    sdk.pass(failure.pause());

    sdk.assertSees(TWO);
    assertAsked(NO_WATCH_LIST, LISTED, wrong, "list >=10 200", "watch @12 200");
    assertThat(sdk.told.lists().get(1)).contains(problem);
    assertThat(sdk.caller().heard()).doesNotContain("SYNCED", "STALE").contains(ONE);
    sdk.assertCalls("10.0.0.2");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void plainText429IsWaitedForAndNotListed() {
    watchOnce(
        aResponse()
            .withStatus(429)
            .withHeader("Retry-After", "7")
            .withHeader("Content-Type", "text/plain; charset=utf-8")
            .withBody("Too many requests, please try again later.\n"));
    follow();
    sdk.assertSees("STALE 10.0.0.1");
    assertThat(sdk.view().problem())
        .contains("busy (429)", "Too many requests, please try again later.");
    sdk.assertCalls("10.0.0.1");
    assertThat(sdk.passPause(2).pause()).isGreaterThanOrEqualTo(Duration.ofSeconds(7));

    sdk.assertSees(TWO);
    assertAsked(NO_WATCH_LIST, LISTED, "watch @10 429", "watch @10 200");
    sdk.assertCalls("10.0.0.2");
  }

  @Test
  void anAnswerThatDoesNotComeIsGivenUp() {
    watchOnce(json(Lines.bookmark("11")).withFixedDelay(2_000));
    follow();
    sdk.eventually(
        () ->
            assertThat(SERVER.getAllScenarios().getScenarios())
                .extracting(Scenario::getState)
                .containsExactly("right")); // the first watch is there
    sdk.pass(Duration.ofSeconds(30));
    sdk.assertSees("STALE 10.0.0.1");
    assertThat(sdk.view().problem()).contains("no answer", "30 s");
    sdk.assertCalls("10.0.0.1");
    sdk.passPause(2);

    sdk.assertSees(TWO);
    // The first watch is answered in the end, and nobody listens.
    sdk.eventually(() -> assertThat(asked()).hasSize(4));
    assertThat(asked()).startsWith(NO_WATCH_LIST, LISTED).endsWith("watch @10 200");
    sdk.assertCalls("10.0.0.2");
  }

  @ParameterizedTest
  @CsvSource({"1, 50", "7, 200", "40, 400"})
  void anAnswerInSmallPiecesIsOneAnswer(int pieces, int milliseconds) {
    SERVER.stubFor(
        list()
            .willReturn(
                json(Lines.list("10", Lines.slice("9", "10.0.0.1")))
                    .withChunkedDribbleDelay(pieces, milliseconds)));
    SERVER.stubFor(
        watch("10")
            .willReturn(
                json(Lines.event("MODIFIED", "11", "10.0.0.2") + "\n")
                    .withChunkedDribbleDelay(pieces, milliseconds)));
    follow();

    sdk.assertSees(TWO);
    assertAsked(NO_WATCH_LIST, LISTED, "watch @10 200");
    sdk.assertCalls("10.0.0.2");
  }
}
