package io.slicewise.discovery.internal;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.source.NameLookup;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The JVM's own resolver, which blocks, on threads that may. In a pod it knows the names of
 * Services, and keeps an answer for as long as {@code networkaddress.cache.ttl} says.
 */
public final class JvmNames implements NameLookup {

  private final Executor threads;

  /** Creates one that asks on these threads. */
  public JvmNames(Executor threads) {
    this.threads = requireNonNull(threads, "threads");
  }

  @Override
  public CompletableFuture<List<InetAddress>> find(String host) {
    try {
      return CompletableFuture.supplyAsync(() -> ask(host), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e); // discovery has ended
    }
  }

  private static List<InetAddress> ask(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }
}
