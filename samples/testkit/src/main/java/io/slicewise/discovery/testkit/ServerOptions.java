package io.slicewise.discovery.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How an {@link EmbeddedApiServer} was asked to be. */
record ServerOptions(
    int port,
    boolean tls,
    boolean http2,
    boolean watchList,
    boolean gzipWatchLists,
    boolean endpoints,
    Duration bookmarkInterval,
    Duration futureVersionWait,
    int historySize,
    int maxEndpointsPerSlice,
    long seed,
    String token,
    String user,
    @Nullable FakeClock clock) {

  static final ServerOptions DEFAULTS =
      new ServerOptions(
          0,
          true,
          true,
          true,
          false,
          false,
          Duration.ofSeconds(60),
          Duration.ZERO,
          1_000,
          100,
          1,
          "slicewise-testkit-token",
          "system:serviceaccount:default:default",
          null);
}
