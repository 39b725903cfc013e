package io.slicewise.discovery.contract;

import io.slicewise.discovery.testkit.EmbeddedApiServer;

final class EmbeddedHttp1ContractTest extends EmbeddedServerContract {

  @Override
  EmbeddedApiServer.Builder builder() {
    return EmbeddedApiServer.builder().http2(false).watchList(true);
  }

  @Override
  boolean listsByWatching() {
    return true;
  }

  @Override
  String protocol() {
    return "HTTP/1.1";
  }
}
