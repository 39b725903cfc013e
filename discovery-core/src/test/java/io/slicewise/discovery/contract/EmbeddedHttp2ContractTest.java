package io.slicewise.discovery.contract;

import io.slicewise.discovery.testkit.EmbeddedApiServer;

final class EmbeddedHttp2ContractTest extends EmbeddedServerContract {

  @Override
  EmbeddedApiServer.Builder builder() {
    return EmbeddedApiServer.builder().http2(true).watchList(true);
  }

  @Override
  boolean listsByWatching() {
    return true;
  }

  @Override
  String protocol() {
    return "HTTP/2.0";
  }
}
