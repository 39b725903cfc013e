package io.slicewise.discovery.chaos;

import io.slicewise.discovery.testkit.EmbeddedApiServer;

/**
 * What discovery takes, in quiet.
 *
 * @param threads those of discovery
 * @param sockets the connections that the server sees
 * @param heap the megabytes that are left after a collection, in the whole process
 */
record Footprint(int threads, int sockets, long heap) {

  private static final int MORE_THREADS = 6; // readers of streams that are about to be merged
  private static final int MORE_SOCKETS = 20; // OkHttp keeps up to five idle ones of each client
  private static final long MORE_HEAP = 32;

  static int countThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.isAlive() && thread.getName().startsWith("slicewise-"))
            .count();
  }

  /** Measures without what the server remembers, which is forgotten with that. */
  static Footprint of(EmbeddedApiServer server) {
    server.faults().compact();
    server.clearRequests();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long heap = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    return new Footprint(countThreads(), server.openConnections(), heap);
  }

  boolean isBoundedBy(Footprint before) {
    return threads <= before.threads + MORE_THREADS
        && sockets <= before.sockets + MORE_SOCKETS
        && heap <= before.heap + MORE_HEAP;
  }
}
