package io.slicewise.discovery.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes an {@link EmbeddedApiServer} misbehave, and behave again.
 *
 * <p>Faults that count apply to the next requests for objects, whatever these are, unless a verb is
 * given: {@code list}, {@code watch}, {@code get}, {@code create}, {@code update}, {@code patch},
 * {@code delete} or {@code deletecollection}. Those about lines apply once to each watch that is
 * open. {@link #clear()} ends all of them. Thread safe.
 */
public final class Faults {

  /** For a fault that applies until {@link #clear()}. */
  public static final int ALWAYS = Integer.MAX_VALUE;

  private final GatedConnector connector;
  private final ObjectStore store;
  private final Access access;
  private final WatchHub watches;
  private final RequestFaults requestFaults;
  private final WatchFaults watchFaults;

  Faults(
      GatedConnector connector,
      ObjectStore store,
      Access access,
      WatchHub watches,
      RequestFaults requestFaults,
      WatchFaults watchFaults) {
    this.connector = connector;
    this.store = store;
    this.access = access;
    this.watches = watches;
    this.requestFaults = requestFaults;
    this.watchFaults = watchFaults;
  }

  /** Closes the port: connecting is refused, open connections go on. */
  public void refuse() {
    try {
      connector.refuse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the port again. */
  public void accept() {
    try {
      connector.listen();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resets every open connection; new ones are accepted. */
  public void cutConnections() {
    watches.each(OpenWatch::cut);
    connector.connections().forEach(GatedEndPoint::breakOff);
  }

  /**
   * Forgets every open connection without a word, as a router does that lost its state: nothing is
   * read from it or sent to it any more. New ones are served.
   */
  public void abandonConnections() {
    connector.connections().forEach(GatedEndPoint::abandon);
  }

  /** Accepts connections and requests and sends not a byte, not even to a ping or a handshake. */
  public void freeze() {
    connector.gate().close();
  }

  /** Sends all that was held back. */
  public void unfreeze() {
    connector.gate().open();
  }

  /** Answers the next requests 429, with a Status for a body. */
  public void throttle(int times, Duration retryAfter) {
    requestFaults.add(times, null, 429, retryAfter, false);
  }

  public void throttle(int times, Duration retryAfter, String verb) {
    requestFaults.add(times, verb, 429, retryAfter, false);
  }

  /** Answers the next requests 429 with plain text, as priority and fairness does. */
  public void throttlePlainText(int times, Duration retryAfter) {
    requestFaults.add(times, null, 429, retryAfter, true);
  }

  /** Answers the next requests with any status. */
  public void fail(int times, int status, @Nullable Duration retryAfter) {
    requestFaults.add(times, null, status, retryAfter, false);
  }

  public void fail(int times, int status, @Nullable Duration retryAfter, String verb) {
    requestFaults.add(times, verb, status, retryAfter, false);
  }

  /**
   * Answers 403 until {@link #allowAll()}.
   *
   * @param verb or {@code *}
   * @param resource in the plural, or {@code *}
   * @param namespace null for all of them and for requests about all of them
   */
  public void forbid(String verb, String resource, @Nullable String namespace) {
    access.forbid(verb, resource, namespace);
  }

  public void allowAll() {
    access.allowAll();
  }

  /** Forgets the history: every resourceVersion and continue token so far is too old. */
  public void compact() {
    store.compact();
  }

  /** Does not send the next event. */
  public void dropNextEvent() {
    watches.each(OpenWatch::dropNext);
  }

  /** Sends the last event again. */
  public void repeatLastEvent() {
    watches.each(OpenWatch::repeatLast);
  }

  /** Sends a line that the test made up. */
  public void sendLine(String raw) {
    watches.each(watch -> watch.raw(raw));
  }

  /** Puts rubbish into the middle of the next line, so that it is no JSON any more. */
  public void garbleNextLine() {
    watches.each(OpenWatch::garbleNext);
  }

  /** Sends half of the next line and breaks off. */
  public void truncateNextLine() {
    watches.each(OpenWatch::truncateNext);
  }

  /** Lets each answer wait; zero ends it. */
  public void delayResponses(Duration delay) {
    requestFaults.delayResponses(delay);
  }

  /** Lets each line of a watch wait; zero ends it. */
  public void delayEvents(Duration delay) {
    watchFaults.delayEvents(delay);
  }

  /** Ends every open watch as a server does whose time is over. */
  public void closeWatches() {
    watches.each(OpenWatch::finish);
  }

  /** Ends the next watches right after they opened. */
  public void closeWatchesAtOnce(int times) {
    watchFaults.closeAtOnce(times);
  }

  /** Ends the next WatchLists after their objects and before the bookmark that completes them. */
  public void cutWatchListBeforeEnd(int times) {
    watchFaults.cutWatchList(times);
  }

  /** Ends all faults. What was lost, such as history and connections, stays lost. */
  public void clear() {
    accept();
    unfreeze();
    requestFaults.clear();
    watchFaults.clear();
    allowAll();
    watches.each(OpenWatch::disarm);
  }
}
