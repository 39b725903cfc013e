package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.source.ExchangeEnd.Kind.CANCELLED;
import static java.lang.System.Logger.Level.INFO;
import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * EndpointSlices from a Kubernetes API server, over the transport of the official client.
 *
 * <p>Each exchange has a daemon thread of its own, named {@code slicewise-reader-N}, that blocks in
 * a synchronous call: asynchronous ones would count against OkHttp's five calls per host. Threads
 * end a second after their exchange.
 */
public final class ApiServerSource implements SliceSource {

  private static final System.Logger logger = System.getLogger(ApiServerSource.class.getName());
  private static final Duration OPEN_LIMIT = Duration.ofSeconds(30);
  private static final int REPORTED_TYPES = 16;

  private final String description;
  private final InstantSource clock;
  private final Duration openLimit;
  private final ApiTransports transports;
  private final ExecutorService readers;
  private final Set<SliceExchange> running = ConcurrentHashMap.newKeySet();
  private final Set<ApiExchange> lookups = ConcurrentHashMap.newKeySet();
  private final Set<String> reportedTypes = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates a source.
   *
   * @param threads makes the reader threads, which should be daemons
   * @param clock tells when files are looked at again and credentials have expired
   */
  public ApiServerSource(ClusterConfig config, ThreadFactory threads, InstantSource clock) {
    this(config, threads, clock, OPEN_LIMIT);
  }

  ApiServerSource(
      ClusterConfig config, ThreadFactory threads, InstantSource clock, Duration openLimit) {
    this.description = config.server();
    this.clock = requireNonNull(clock, "clock");
    this.openLimit = openLimit;
    this.transports = new ApiTransports(config.clients(clock), userAgent());
    this.readers =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
  }

  /** Creates a source with threads of its own and the system's clock. */
  public static ApiServerSource create(ClusterConfig config) {
    return new ApiServerSource(config, readerThreads(), InstantSource.system());
  }

  private static ThreadFactory readerThreads() {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "slicewise-reader-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static String userAgent() {
    String version = ApiServerSource.class.getPackage().getImplementationVersion();
    return "slicewise/" + (version == null ? "dev" : version);
  }

  @Override
  public Exchange start(SliceRequest request, SliceHandler handler) {
    SliceExchange exchange =
        new SliceExchange(
            request, handler, newExchange(ApiGet.slices(request)), this::ignored, running::remove);
    running.add(exchange);
    if (closed) { // close() has been here, or will find it among those running
      exchange.cancel();
    }
    try {
      readers.execute(exchange);
    } catch (RejectedExecutionException e) {
      exchange.end(ExchangeEnd.failed(CANCELLED, ""));
    }
    return exchange;
  }

  /**
   * Asks a Service for its own ports. This is the only request that needs more than {@code list}
   * and {@code watch} of slices: the verb {@code get} on Services.
   *
   * @param executor runs the question, which blocks
   * @return the answer, whatever it is: it never completes exceptionally by itself, and cancelling
   *     it ends the question
   */
  public CompletableFuture<ServicePorts> servicePorts(
      String namespace, String service, Executor executor) {
    ApiExchange exchange = newExchange(ApiGet.service(namespace, service));
    CompletableFuture<ServicePorts> answer =
        CompletableFuture.supplyAsync(() -> asked(exchange, ServicePorts::ask), executor);
    var unused = answer.whenComplete((ports, failure) -> exchange.cancel());
    return answer;
  }

  /**
   * Asks a node for its zone. Needs the verb {@code get} on nodes.
   *
   * @param executor runs the question, which blocks
   * @return the zone, or nothing where it is not to be had; never completes exceptionally by itself
   */
  public CompletableFuture<Optional<String>> zoneOfNode(String node, Executor executor) {
    ApiExchange exchange = newExchange(ApiGet.node(node));
    return CompletableFuture.supplyAsync(
        () -> asked(exchange, each -> NodeZone.ask(each, node)), executor);
  }

  private <T> T asked(ApiExchange exchange, Function<ApiExchange, T> question) {
    lookups.add(exchange);
    try {
      if (closed) {
        exchange.cancel();
      }
      return question.apply(exchange);
    } finally {
      lookups.remove(exchange);
    }
  }

  private ApiExchange newExchange(ApiGet get) {
    return new ApiExchange(get, transports, clock, openLimit);
  }

  private void ignored(String type) {
    if (reportedTypes.size() < REPORTED_TYPES && reportedTypes.add(type)) {
      logger.log(INFO, "{0}: events of unknown type {1} are ignored", description, type);
    }
  }

  @Override
  public String describe() {
    return description;
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(SliceExchange::cancel);
    lookups.forEach(ApiExchange::cancel);
    readers.shutdown();
    transports.close();
  }

  @Override
  public String toString() {
    return description;
  }
}
