package io.slicewise.discovery.benchmarks;

import io.servicetalk.client.api.LoadBalancedConnection;
import io.servicetalk.client.api.RequestTracker;
import io.servicetalk.concurrent.api.Completable;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A connection of ServiceTalk that goes nowhere, takes every call and stays open. */
final class PeerConnection implements LoadBalancedConnection {

  private final InetSocketAddress address;
  private final RequestTracker tracker;

  /**
   * Opens a connection.
   *
   * @param tracker what ServiceTalk wants to be told of the calls to this endpoint
   */
  PeerConnection(InetSocketAddress address, RequestTracker tracker) {
    this.address = address;
    this.tracker = tracker;
  }

  InetSocketAddress address() {
    return address;
  }

  /** Starts and ends a call, as ServiceTalk's HTTP client tells of it. */
  void call() {
    tracker.onRequestSuccess(tracker.beforeRequestStart());
  }

  /** Tells of a call that took so long. */
  void call(long millis) {
    long start = tracker.beforeRequestStart();
    tracker.onRequestSuccess(start - TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Override
  public int score() {
    return 1;
  }

  @Override
  public Completable onClose() {
    return Completable.never();
  }

  @Override
  public Completable closeAsync() {
    return Completable.completed();
  }
}
