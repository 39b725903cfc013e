package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Authenticates a request, authorises it and hands it to what answers it. */
final class ApiHandler extends Handler.Abstract {

  private final RequestLog log;
  private final InstantSource clock;
  private final RequestFaults faults;
  private final Access access;
  private final ObjectStore store;
  private final ObjectReads reads;
  private final ObjectWrites writes;
  private final WatchHub watches;
  private final ServerOptions options;
  private final ScheduledExecutorService scheduler;
  private final Executor executor;

  ApiHandler(
      RequestLog log,
      InstantSource clock,
      RequestFaults faults,
      Access access,
      ObjectStore store,
      ObjectWrites writes,
      WatchHub watches,
      ServerOptions options,
      ScheduledExecutorService scheduler,
      Executor executor) {
    this.log = log;
    this.clock = clock;
    this.faults = faults;
    this.access = access;
    this.store = store;
    this.reads = new ObjectReads(store);
    this.writes = writes;
    this.watches = watches;
    this.options = options;
    this.scheduler = scheduler;
    this.executor = executor;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback, log, clock.instant());
    after(faults.responseDelay(), () -> answer(exchange));
    return true;
  }

  private void after(Duration delay, Runnable action) {
    if (delay.isZero()) {
      action.run();
      return;
    }
    Future<?> unused =
        scheduler.schedule(() -> executor.execute(action), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void answer(Exchange exchange) {
    try {
      ApiRequest request = ApiRequest.parse(exchange.method(), exchange.path(), exchange.query());
      if (request == null) {
        answerDocument(exchange);
      } else if (!faults.answer(exchange, request.verb())) {
        String user = authenticate(exchange);
        if (request.verb().isEmpty()) {
          throw ApiException.methodNotAllowed();
        }
        access.authorize(user, request);
        answer(exchange, request);
      }
    } catch (ApiException problem) {
      Duration wait = problem.code() == 504 ? options.futureVersionWait() : Duration.ZERO;
      after(wait, () -> exchange.fail(problem));
    } catch (RuntimeException e) {
      exchange.fail(ApiException.of(500, "InternalError", "Internal error occurred: " + e));
    }
  }

  private String authenticate(Exchange exchange) {
    return access.authenticate(exchange.header("Authorization"), exchange.certificateUser());
  }

  private void answerDocument(Exchange exchange) {
    String path = exchange.path();
    if (!ServerDocuments.isPublic(path)) {
      authenticate(exchange);
    }
    if (ServerDocuments.isHealth(path)) {
      exchange.text(200, "ok");
      return;
    }
    ObjectNode document = ServerDocuments.find(path);
    if (document == null) {
      // Not a Status: a path that no API serves does not get as far as the code that writes them.
      exchange.text(404, "404 page not found\n");
      return;
    }
    exchange.json(200, Json.bytes(document));
  }

  private void answer(Exchange exchange, ApiRequest request) {
    Representation representation = Accept.negotiate(exchange.header("Accept"), request);
    switch (request.verb()) {
      case "get" -> exchange.json(200, reads.get(request, representation));
      case "list" -> exchange.json(200, reads.list(request, representation));
      case "watch" -> watch(exchange, request, representation);
      case "create" ->
          exchange.json(201, writes.create(request, jsonBody(exchange), writer(exchange)).bytes());
      case "update" ->
          exchange.json(200, writes.replace(request, jsonBody(exchange), writer(exchange)).bytes());
      case "patch" ->
          exchange.json(
              200,
              writes
                  .patch(
                      request, exchange.header("Content-Type"), exchange.body(), writer(exchange))
                  .bytes());
      case "delete" -> exchange.json(200, ObjectWrites.deletedStatus(writes.delete(request)));
      default ->
          exchange.json(
              200,
              ObjectReads.body(
                  request.resource(), null, writes.deleteCollection(request), representation));
    }
  }

  /** {@code kubectl create namespace} sends protobuf, {@code kubectl create -f} does not. */
  private static byte[] jsonBody(Exchange exchange) {
    String type = exchange.header("Content-Type");
    if (type != null && !type.startsWith("application/json")) {
      throw ObjectWrites.unsupported("application/json");
    }
    return exchange.body();
  }

  private void watch(Exchange exchange, ApiRequest request, Representation representation) {
    WatchOptions asked = WatchOptions.parse(request, options.watchList());
    Selection selection = request.selection();
    if (asked.initialEvents() && asked.version() > store.version()) {
      throw ApiException.tooLargeVersion(asked.version(), store.version());
    }
    watches.open(exchange, request, selection, asked, representation);
  }

  /** Who managedFields name as the writer. */
  private static String writer(Exchange exchange) {
    String named = exchange.query().get("fieldManager");
    if (named != null) {
      return named;
    }
    String agent = exchange.header("User-Agent");
    return agent == null || agent.isBlank() ? "unknown" : agent.replaceAll("[/ ].*", "");
  }
}
