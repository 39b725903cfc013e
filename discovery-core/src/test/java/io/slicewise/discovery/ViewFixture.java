package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** One watch of shop/checkout on a scripted source, and what a listener heard of it. */
abstract class ViewFixture {

  final Harness harness = new Harness();

  final List<ServiceView> heard = new ArrayList<>();

  ServiceWatch watch;

  @AfterEach
  void close() {
    harness.close();
  }

  final void synced(EndpointSlice... slices) {
    watch = harness.synced("checkout:grpc", "100", slices);
    watch.subscribe(heard::add);
    harness.settle();
    heard.clear();
  }

  final void modified(EndpointSlice... slices) {
    for (EndpointSlice slice : slices) {
      harness.last().modified(slice);
    }
    harness.settle();
  }

  final List<String> now() {
    return addresses(watch.view());
  }

  final Endpoint find(String address) {
    return watch.view().endpoints().stream()
        .filter(endpoint -> endpoint.address().equals(address))
        .findFirst()
        .orElseThrow();
  }
}
