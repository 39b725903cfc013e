package io.slicewise.discovery.spring.loadbalancer;

import io.slicewise.discovery.model.Endpoint;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.ReactiveLoadBalancerClientFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Ends the calls of a gateway's request that was cancelled, of which Spring Cloud's filter does not
 * hear, and remembers where it was when it is made once more. It stands right before that filter.
 */
final class CallEndGlobalFilter implements GlobalFilter, Ordered {

  private static final String ATTEMPTS = Attempts.class.getName();

  @Override
  public int getOrder() {
    return ReactiveLoadBalancerClientFilter.LOAD_BALANCER_CLIENT_FILTER_ORDER - 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Attempts earlier = exchange.getAttribute(ATTEMPTS);
    List<Endpoint> tried = earlier == null ? List.of() : earlier.tried();
    Attempts attempts = new Attempts(tried);
    exchange.getAttributes().put(ATTEMPTS, attempts);
    return chain
        .filter(exchange)
        .doFinally(end -> attempts.close())
        .contextWrite(context -> context.put(Attempts.class, attempts));
  }
}
