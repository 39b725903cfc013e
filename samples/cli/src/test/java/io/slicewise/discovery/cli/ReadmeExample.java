package io.slicewise.discovery.cli;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Lease;
import io.slicewise.discovery.balance.Outcome;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The example of README.md, compiled. {@link ReadmeTest} keeps the two the same. */
final class ReadmeExample {

  private ReadmeExample() {}

  static void run() throws Exception {
    // region readme
    try (ServiceDiscovery discovery = ServiceDiscovery.create();
        ServiceWatch checkout = discovery.watch("checkout.shop:grpc")) {
      checkout.whenSynced().get(5, TimeUnit.SECONDS);
      for (int i = 0; i < 100; i++) {
        try (Lease call = checkout.acquire()) { // counts as in flight until it is closed
          send(call.endpoint().socketAddress());
          call.end(Outcome.SUCCESS); // an endpoint that keeps failing is left out for a while
        }
      }
    }
    // endregion
  }

  private static void send(InetSocketAddress address) {
    System.out.println(address);
  }
}
