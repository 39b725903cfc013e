package io.slicewise.discovery.source;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * How an exchange ended.
 *
 * @param kind the way it ended
 * @param status what the server said, for {@link Kind#REFUSED}
 * @param message one line for a log, without secrets; empty for a clean end
 * @param resourceVersion the version of a list that is complete, else empty
 * @param continueToken the token of the next page of a list, or null where there is none
 */
public record ExchangeEnd(
    Kind kind,
    @Nullable ApiStatus status,
    String message,
    String resourceVersion,
    @Nullable String continueToken) {

  /** The ways in which an exchange can end. */
  public enum Kind {
    /** The list page is whole, or the server closed the watch in good order. */
    COMPLETE,
    /** The server answered with an error status. */
    REFUSED,
    /**
     * The request was never sent, and something has to be put right first: the name, the
     * certificates, the credentials.
     */
    UNREACHABLE,
    /**
     * The request was never sent, because nobody is there: the connection was refused, found no
     * way, was not answered in time, or was closed before a word was said. Costs a server nothing.
     */
    NOT_LISTENING,
    /** The connection broke after the request was sent. */
    BROKEN,
    /** The server sent what cannot be read; what came before it has been delivered. */
    UNDECODABLE,
    /** It was cancelled from this side. */
    CANCELLED
  }

  public ExchangeEnd {
    requireNonNull(kind, "kind");
    requireNonNull(message, "message");
    requireNonNull(resourceVersion, "resourceVersion");
  }

  /** A watch that the server closed in good order. */
  public static ExchangeEnd complete() {
    return new ExchangeEnd(Kind.COMPLETE, null, "", "", null);
  }

  /** A list page that is whole. */
  public static ExchangeEnd listed(String resourceVersion, @Nullable String continueToken) {
    return new ExchangeEnd(Kind.COMPLETE, null, "", resourceVersion, continueToken);
  }

  /** An error status. */
  public static ExchangeEnd refused(ApiStatus status) {
    return new ExchangeEnd(Kind.REFUSED, status, status.toString(), "", null);
  }

  /** An end without a status. */
  public static ExchangeEnd failed(Kind kind, String message) {
    return new ExchangeEnd(kind, null, message, "", null);
  }
}
