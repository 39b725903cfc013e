package io.slicewise.discovery.spring.loadbalancer;

import java.util.List;
import org.springframework.cloud.client.loadbalancer.reactive.DeferringLoadBalancerExchangeFilterFunction;
import org.springframework.cloud.client.loadbalancer.reactive.LoadBalancedExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Ends the calls of a request that was cancelled, of which Spring Cloud's filter does not hear. It
 * stands before that filter, so that it sees all that is tried for one request.
 *
 * <p>It is in every load-balanced {@link WebClient.Builder} bean, and in the load-balanced groups
 * of HTTP interface clients. To a client that is built with Spring Cloud's filter by hand it is to
 * be added by hand, before that one; without it a cancelled call counts as in flight for two
 * minutes.
 */
public final class CallEndFilter implements ExchangeFilterFunction {

  CallEndFilter() {}

  @Override
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return Mono.defer(
        () -> {
          Attempts attempts = new Attempts(List.of());
          return next.exchange(request)
              .doFinally(end -> attempts.close())
              .contextWrite(context -> context.put(Attempts.class, attempts));
        });
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
