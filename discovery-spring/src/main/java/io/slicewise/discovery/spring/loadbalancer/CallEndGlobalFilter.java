package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.balance.Outcome;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Ends the calls of a gateway's request when its answer has been passed on, or when it was
 * cancelled: Spring Cloud's filter hears of no more than the head of the answer. It stands before
 * the filter that passes answers on, so that it sees all that is tried for one request.
 */
final class CallEndGlobalFilter implements GlobalFilter, Ordered {

  @Override
  public int getOrder() {
    return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 1;
  }

  /** Whose connection broke while the answer was passed on, the pod's or the client's, is open. */
  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return Mono.defer(
        () -> {
          Attempts attempts = new Attempts();
          return chain
              .filter(exchange)
              .doOnTerminate(() -> attempts.close(Outcome.SUCCESS))
              .doOnCancel(() -> attempts.close(Outcome.SUCCESS))
              .contextWrite(context -> context.put(Attempts.class, attempts));
        });
  }
}
