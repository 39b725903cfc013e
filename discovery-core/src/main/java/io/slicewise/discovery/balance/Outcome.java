package io.slicewise.discovery.balance;

/** How a call ended, as far as it tells something about its endpoint. */
public enum Outcome {
  /** The endpoint did its work; an answer that the caller does not like is one, too. */
  SUCCESS,
  /**
   * The endpoint could not be reached or could not serve: a connect error, a connection that broke,
   * gRPC {@code UNAVAILABLE} or {@code INTERNAL}, HTTP 502, 503 or 504.
   */
  FAILURE,
  /** Nothing is known: the caller cancelled, or does not say. */
  UNKNOWN
}
