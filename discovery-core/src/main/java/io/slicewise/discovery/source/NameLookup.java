package io.slicewise.discovery.source;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Finds the addresses of a host name. */
@FunctionalInterface
public interface NameLookup {

  /**
   * Returns at once; the future completes with the addresses, at least one, or exceptionally if the
   * name has none or nobody can be asked.
   */
  CompletableFuture<List<InetAddress>> find(String host);
}
