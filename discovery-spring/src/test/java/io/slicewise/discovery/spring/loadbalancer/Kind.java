package io.slicewise.discovery.spring.loadbalancer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;

/** The load-balanced clients that Spring has. */
enum Kind {
  REST_CLIENT(
      caller ->
          caller
              .bean(RestClient.Builder.class)
              .build()
              .get()
              .uri("http://checkout/orders?id=7")
              .retrieve()
              .body(String.class)),
  REST_TEMPLATE(
      caller ->
          caller.bean(RestTemplate.class).getForObject("http://checkout/orders", String.class)),
  WEB_CLIENT(
      caller ->
          caller
              .bean(WebClient.Builder.class)
              .build()
              .get()
              .uri("http://checkout/orders")
              .retrieve()
              .bodyToMono(String.class)
              .block(Duration.ofSeconds(10))),
  FEIGN(caller -> caller.bean(FeignCheckout.class).orders()),
  HTTP_INTERFACE(caller -> caller.bean(BlockingCheckout.class).orders()),
  REACTIVE_HTTP_INTERFACE(caller -> caller.bean(ReactiveCheckout.class).orders()),
  GATEWAY(
      caller -> {
        try {
          HttpResponse<String> response =
              Outside.CLIENT.send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + caller.port() + "/orders"))
                      .timeout(Duration.ofSeconds(10))
                      .build(),
                  BodyHandlers.ofString());
          if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
          }
          return response.body();
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });

  private final Function<Caller, String> call;

  Kind(Function<Caller, String> call) {
    this.call = call;
  }

  /** Calls the Service checkout once. */
  String call(Caller caller) {
    return call.apply(caller);
  }

  /** Who calls the gateway. */
  private static final class Outside {
    static final HttpClient CLIENT = HttpClient.newHttpClient();
  }

  /** A Feign client. */
  @FeignClient("checkout")
  interface FeignCheckout {
    @GetMapping("/orders")
    String orders();
  }

  /** An HTTP interface on RestClient; its group is the Service. */
  interface BlockingCheckout {
    @GetExchange("/orders")
    String orders();
  }

  /** An HTTP interface on WebClient; its group has a base URL. */
  interface ReactiveCheckout {
    @GetExchange("/orders")
    String orders();
  }
}
