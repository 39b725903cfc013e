package io.slicewise.discovery.fault;

/** What is spoken with the API server. */
enum Wire {
  H2_TLS(true, true, "HTTP/2.0"),
  H1_TLS(true, false, "HTTP/1.1"),
  H1_PLAIN(false, false, "HTTP/1.1");

  final boolean tls;
  final boolean http2;
  final String protocol;

  Wire(boolean tls, boolean http2, String protocol) {
    this.tls = tls;
    this.http2 = http2;
    this.protocol = protocol;
  }
}
