package io.slicewise.discovery.kubernetes;

import static io.slicewise.discovery.source.ExchangeEnd.Kind.UNDECODABLE;
import static java.lang.System.Logger.Level.ERROR;

import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** A list or a watch of slices: the task of one reader thread. */
final class SliceExchange implements Runnable, SliceSource.Exchange {

  private static final System.Logger logger = System.getLogger(SliceExchange.class.getName());

  private final SliceRequest request;
  private final SliceHandler handler;
  private final ApiExchange exchange;
  private final Consumer<String> ignoredTypes;
  private final Consumer<SliceExchange> ended;

  /**
   * Creates an exchange.
   *
   * @param ignoredTypes hears the types of events that this version does not know
   * @param ended hears of the end just before the handler does
   */
  SliceExchange(
      SliceRequest request,
      SliceHandler handler,
      ApiExchange exchange,
      Consumer<String> ignoredTypes,
      Consumer<SliceExchange> ended) {
    this.request = request;
    this.handler = handler;
    this.exchange = exchange;
    this.ignoredTypes = ignoredTypes;
    this.ended = ended;
  }

  @Override
  public void run() {
    ExchangeEnd end;
    try {
      end = exchange.run(this::read);
    } catch (Throwable e) { // a thread that dies here would leave its handler waiting for ever
      logger.log(ERROR, "reader of " + request.namespace() + " failed", e);
      // An event may not have been taken in: this end has the reflector list anew.
      end = ExchangeEnd.failed(UNDECODABLE, "reader failed: " + e);
    }
    end(end);
  }

  /** Tells the end. */
  void end(ExchangeEnd end) {
    ended.accept(this);
    try {
      handler.onEnd(end);
    } catch (RuntimeException e) {
      logger.log(ERROR, "handler of " + request.namespace() + " failed at the end", e);
    }
  }

  @Override
  public void cancel() {
    exchange.cancel();
  }

  private ExchangeEnd read(InputStream in) throws IOException {
    handler.onOpen();
    SliceDecoder decoder = new SliceDecoder(request.content());
    if (request.kind() == SliceRequest.Kind.LIST) {
      return decoder.decodeList(in, handler::onEvent);
    }
    new WatchLines(decoder, ignoredTypes, SliceDecoder.LARGEST_EVENT).read(in, handler::onEvent);
    return ExchangeEnd.complete();
  }
}
