package io.slicewise.discovery.spring;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.slicewise.discovery.testkit.SimulatedPod;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * A real HTTP server of a {@link Shop}, and the pod that stands for it. It answers every request
 * with its address, unless it was told to do something else.
 */
public final class Callee {

  /** What is done with a request. */
  @FunctionalInterface
  public interface Manner {

    /** Answers; a publisher that never completes leaves the request open. */
    Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response);
  }

  private final String address;
  private final DisposableServer server;
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE); // made by clients
  private final SimulatedPod pod;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final Queue<HttpServerRequest> requests = new ConcurrentLinkedQueue<>();
  private volatile Manner manner;

  Callee(String address, int port, LoopResources loops, HttpServer base, PodMaker pods) {
    this.address = address;
    this.manner = (request, response) -> response.sendString(Mono.just(address)).then();
    this.server =
        base.host(address)
            .port(port)
            .runOn(loops)
            .channelGroup(connections)
            .handle(this::handle)
            .bindNow();
    this.pod = pods.make(server.port());
  }

  /** Makes the pod once the server's port is known. */
  @FunctionalInterface
  interface PodMaker {
    SimulatedPod make(int port);
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    calls.incrementAndGet();
    open.incrementAndGet();
    requests.add(request);
    return Mono.from(manner.answer(request, response)).doFinally(end -> open.decrementAndGet());
  }

  public String address() {
    return address;
  }

  public int port() {
    return server.port();
  }

  public SimulatedPod pod() {
    return pod;
  }

  /** The requests that have arrived so far. */
  public int calls() {
    return calls.get();
  }

  /** The requests that are being answered. */
  public int open() {
    return open.get();
  }

  /** All requests so far, for their headers and URIs. */
  public Queue<HttpServerRequest> requests() {
    return requests;
  }

  /** Treats requests in another manner from now on. */
  public Callee answers(Manner other) {
    manner = other;
    return this;
  }

  /** Answers with a status and its address. */
  public Callee answers(int status) {
    return answers(
        (request, response) -> response.status(status).sendString(Mono.just(address)).then());
  }

  /** Answers as soon as a signal has come. */
  public Callee answersAfter(Mono<Void> signal) {
    return answers((request, response) -> response.sendString(signal.thenReturn(address)).then());
  }

  /** Takes requests and never answers. */
  public Callee hangs() {
    return answers((request, response) -> Mono.never());
  }

  /** Takes requests and resets their connections. */
  public Callee resets() {
    return answers(
        (request, response) -> {
          response.withConnection(
              connection -> {
                connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                connection.dispose();
              });
          return Mono.never();
        });
  }

  /** Ends as a good server does: takes no connection any more, and lets what is open end. */
  public void stop() {
    server.disposeNow(Duration.ofSeconds(5));
  }

  /** Ends as a killed process does, unknown to the cluster: every connection is reset. */
  public void kill() {
    server.channel().close().syncUninterruptibly();
    for (Channel connection : connections) {
      try {
        connection.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (ChannelException e) {
        continue; // it was closed just now
      }
      connection.close().syncUninterruptibly();
    }
  }
}
