package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.balance.Outcome;
import org.springframework.cloud.client.loadbalancer.reactive.DeferringLoadBalancerExchangeFilterFunction;
import org.springframework.cloud.client.loadbalancer.reactive.LoadBalancedExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Ends the calls of a request when its answer has been read, or when it was cancelled: Spring
 * Cloud's filter hears of no more than the head of the answer. It stands before that filter, so
 * that it sees all that is tried for one request.
 *
 * <p>It is in every load-balanced {@link WebClient.Builder} bean, and in the load-balanced groups
 * of HTTP interface clients. To a client that is built with Spring Cloud's filter by hand it is to
 * be added by hand, before that one; without it a call counts until the head of its answer, and a
 * cancelled one for two minutes.
 */
public final class CallEndFilter implements ExchangeFilterFunction {

  CallEndFilter() {}

  @Override
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return Mono.defer(
        () -> {
          Attempts attempts = new Attempts();
          return next.exchange(request)
              .map(response -> untilRead(response, attempts))
              .doOnSuccess(
                  response -> {
                    if (response == null) {
                      attempts.close(Outcome.SUCCESS);
                    }
                  })
              .doOnError(failure -> attempts.close(Outcome.SUCCESS))
              .doOnCancel(() -> attempts.close(Outcome.SUCCESS))
              .contextWrite(context -> context.put(Attempts.class, attempts));
        });
  }

  /** An answer that nobody wants to read to its end is an answer, and one that breaks is not. */
  private static ClientResponse untilRead(ClientResponse response, Attempts attempts) {
    return response
        .mutate()
        .body(
            body ->
                body.doOnComplete(() -> attempts.close(Outcome.SUCCESS))
                    .doOnError(failure -> attempts.close(Outcomes.ofBody(failure)))
                    .doOnCancel(() -> attempts.close(Outcome.SUCCESS)))
        .build();
  }

  /** Adds this to a client that is load-balanced, once. */
  void addTo(WebClient.Builder client) {
    client.filters(
        filters -> {
          for (int i = 0; i < filters.size() && !filters.contains(this); i++) {
            ExchangeFilterFunction each = filters.get(i);
            if (each instanceof DeferringLoadBalancerExchangeFilterFunction
                || each instanceof LoadBalancedExchangeFilterFunction) {
              filters.add(i, this);
            }
          }
        });
  }
}
