package io.slicewise.discovery.chaos;

import java.util.List;

/**
 * A port of a slice as it was written.
 *
 * @param number 0 is left out
 */
record ModelPort(String name, String protocol, int number) {

  /** All that a slice may have; the first ones are the usual ones. */
  static final List<List<ModelPort>> SETS =
      List.of(
          List.of(tcp("grpc", 8080)),
          List.of(tcp("grpc", 8080), tcp("http", 8081)),
          List.of(tcp("grpc", 9090)),
          List.of(tcp("http", 8080)),
          List.of(tcp("grpc", 0)),
          List.of(),
          List.of(new ModelPort("grpc", "UDP", 8080), tcp("admin", 9999)),
          List.of(tcp("", 8080)),
          List.of(tcp("web", 8080), tcp("http", 9090)));

  private static ModelPort tcp(String name, int number) {
    return new ModelPort(name, "TCP", number);
  }

  boolean isTcp() {
    return protocol.equals("TCP");
  }
}
