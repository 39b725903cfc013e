package io.slicewise.discovery.chaos;

import io.slicewise.discovery.model.Endpoint;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What makes an endpoint the same one. */
record Identity(String address, int port, @Nullable UUID uid) {

  static Identity of(Endpoint endpoint) {
    return new Identity(endpoint.address(), endpoint.port(), endpoint.podUid());
  }

  static Set<Identity> all(Collection<Endpoint> endpoints) {
    Set<Identity> all = new HashSet<>();
    endpoints.forEach(endpoint -> all.add(of(endpoint)));
    return all;
  }

  @Override
  public String toString() {
    return address
        + ":"
        + port
        + (uid == null ? "" : "/" + (uid.getLeastSignificantBits() & 0xffff));
  }
}
