package io.slicewise.discovery.benchmarks;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a peer chooses from: so many endpoints, each with an address and a weight. */
@State(Scope.Benchmark)
public abstract class PeerEndpoints {

  private static final int PORT = 8080;
  private static final int LEAST_WEIGHT = 10;

  /** How many endpoints there are to choose from. */
  @Param({"10", "1000", "10000"})
  int endpoints;

  PeerEndpoints() {}

  /** Sets the peer up for its endpoints. */
  public abstract void fill();

  /** Returns the address of each endpoint. */
  final List<InetSocketAddress> addresses() {
    return IntStream.range(0, endpoints)
        .mapToObj(i -> "10.100." + (i >> 8) + "." + (i & 255))
        .map(ip -> new InetSocketAddress(ip, PORT)) // asks no name service
        .toList();
  }

  /** Returns the weight of an endpoint; the last one's is nearly twice that of the first. */
  final int weight(int endpoint) {
    return LEAST_WEIGHT + LEAST_WEIGHT * endpoint / endpoints;
  }
}
