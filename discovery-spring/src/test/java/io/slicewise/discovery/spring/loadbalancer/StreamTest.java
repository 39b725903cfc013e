package io.slicewise.discovery.spring.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelOption;
import io.slicewise.discovery.spring.Callee;
import io.slicewise.discovery.spring.Shop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An answer that takes its time is a call until its end, whatever that is. */
@Timeout(60)
class StreamTest {

  private static final Shop SHOP = new Shop();
  private static Caller caller;
  private static Callee callee;

  private final Sinks.Empty<Void> end = Sinks.empty();
  private final List<String> parts = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  /** Who reads the stream. */
  enum Reader {
    WEB_CLIENT {
      @Override
      WebClient client() {
        return caller.bean(WebClient.Builder.class).build();
      }

      @Override
      String uri() {
        return "http://checkout/";
      }
    },
    GATEWAY {
      @Override
      WebClient client() {
        return WebClient.create();
      }

      @Override
      String uri() {
        return "http://127.0.0.1:" + caller.port() + "/orders";
      }
    };

    abstract WebClient client();

    abstract String uri();
  }

  @BeforeAll
  static void start() {
    callee = SHOP.open("checkout", "127.0.11.1", "a");
    caller = new Caller(SHOP);
    caller.synced("checkout");
  }

  @AfterAll
  static void stop() {
    caller.close();
    SHOP.close();
  }

  @BeforeEach
  void stream() {
    callee.answers(
        (request, response) ->
            response
                .sse()
                .sendString(
                    Flux.concat(
                        Mono.just("data: first\n\n"),
                        end.asMono().cast(String.class),
                        Mono.just("data: last\n\n")))
                .then());
  }

  private Disposable read(Reader reader) {
    Disposable reading =
        reader
            .client()
            .get()
            .uri(reader.uri())
            .retrieve()
            .bodyToFlux(String.class)
            .subscribe(parts::add, failures::add);
    await().until(() -> parts.contains("first"));
    return reading;
  }

  @ParameterizedTest
  @EnumSource
  void countsACallUntilTheLastByteOfItsAnswer(Reader reader) {
    Disposable reading = read(reader);
    assertThat(caller.inFlight("checkout")).isEqualTo(1);

    end.tryEmitEmpty().orThrow();

    await().until(reading::isDisposed);
    assertThat(parts).containsExactly("first", "last");
    await().until(() -> caller.inFlight("checkout") == 0);
  }

  @ParameterizedTest
  @EnumSource
  void countsACallUntilNobodyReadsItsAnswerAnyMore(Reader reader) {
    Disposable reading = read(reader);
    assertThat(caller.inFlight("checkout")).isEqualTo(1);

    reading.dispose();

    await().until(() -> caller.inFlight("checkout") == 0);
  }

  @ParameterizedTest
  @EnumSource
  void countsACallUntilItsConnectionBreaks(Reader reader) {
    callee.answers(
        (request, response) ->
            response
                .sse()
                .sendString(
                    Flux.concat(Mono.just("data: first\n\n"), end.asMono().cast(String.class)))
                .then()
                .then(
                    Mono.fromRunnable(
                        () ->
                            response.withConnection(
                                connection -> {
                                  connection
                                      .channel()
                                      .config()
                                      .setOption(ChannelOption.SO_LINGER, 0);
                                  connection.channel().unsafe().closeForcibly();
                                }))));
    Disposable reading = read(reader);
    assertThat(caller.inFlight("checkout")).isEqualTo(1);

    end.tryEmitEmpty().orThrow();

    await().until(reading::isDisposed);
    await().until(() -> caller.inFlight("checkout") == 0); // as a failure for a second or two
  }

  @Test
  void answersThatNobodyReadsAreAnswers() {
    callee.answers(200);
    WebClient client = Reader.WEB_CLIENT.client();
    for (int i = 0; i < 20; i++) {
      client.get().uri("http://checkout/").retrieve().toBodilessEntity().block();
      client.get().uri("http://checkout/").retrieve().bodyToMono(Void.class).block();
      client
          .get()
          .uri("http://checkout/")
          .exchangeToMono(response -> Mono.just(response.statusCode()))
          .block(Duration.ofSeconds(5));
      client.head().uri("http://checkout/").retrieve().toBodilessEntity().block();
    }
    await().until(() -> caller.inFlight("checkout") == 0);
    assertThat(caller.eligible("checkout")).hasSize(1);
  }
}
