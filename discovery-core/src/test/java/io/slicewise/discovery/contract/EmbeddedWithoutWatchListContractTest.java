package io.slicewise.discovery.contract;

import io.slicewise.discovery.testkit.EmbeddedApiServer;

final class EmbeddedWithoutWatchListContractTest extends EmbeddedServerContract {

  @Override
  EmbeddedApiServer.Builder builder() {
    return EmbeddedApiServer.builder().http2(true).watchList(false);
  }

  @Override
  boolean listsByWatching() {
    return false;
  }

  @Override
  String protocol() {
    return "HTTP/2.0";
  }
}
