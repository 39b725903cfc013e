package io.slicewise.discovery.http;

import io.slicewise.discovery.model.Endpoint;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * The connections to one endpoint: an OkHttp client of its own, with a pool of its own, whose
 * sockets end there. Thread safe.
 *
 * <p>A pool for each endpoint because OkHttp walks through a whole pool for each call, and because
 * it can only evict a whole one.
 */
final class EndpointClient {

  private final Endpoint endpoint;
  private final OkHttpClient client;
  private final LongSupplier nanoTime;
  private final Map<Connection, Long> idleSince = Collections.synchronizedMap(new WeakHashMap<>());
  private volatile boolean retired;

  /** The last view it was in; confined to the thread of {@link Upstream}'s listener. */
  long seenIn;

  EndpointClient(
      Endpoint endpoint,
      OkHttpClient template,
      PinnedSocketFactory pin,
      int idleConnections,
      Duration keepAlive,
      LongSupplier nanoTime) {
    this.endpoint = endpoint;
    this.nanoTime = nanoTime;
    this.client =
        template
            .newBuilder()
            .dispatcher(new Dispatcher(template.dispatcher().executorService())) // counts calls
            .dns(pin)
            .socketFactory(pin)
            .connectionPool(
                new ConnectionPool(idleConnections, keepAlive.toNanos(), TimeUnit.NANOSECONDS))
            .build();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Call newCall(Request request) {
    return client.newCall(request);
  }

  /** Hears that a call has left a connection. */
  void onReleased(Connection connection) {
    idleSince.put(connection, nanoTime.getAsLong());
    if (retired) {
      closeIdle();
    }
  }

  /** Returns for how many nanoseconds nobody had used a connection before it was taken again. */
  long idleNanos(Connection connection) {
    Long since = idleSince.get(connection);
    return since == null ? 0 : nanoTime.getAsLong() - since;
  }

  /** Closes the connections that no call uses. */
  void closeIdle() {
    client.connectionPool().evictAll();
  }

  /** Closes each connection as soon as no call uses it: nobody will come for it again. */
  void retire() {
    retired = true;
    closeIdle();
  }
}
