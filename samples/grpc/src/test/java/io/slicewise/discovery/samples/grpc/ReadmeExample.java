package io.slicewise.discovery.samples.grpc;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.grpc.SlicewiseGrpc;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc;
import io.slicewise.discovery.samples.grpc.v1.CheckoutGrpc.CheckoutBlockingStub;
import io.slicewise.discovery.samples.grpc.v1.PlaceOrderReply;
import io.slicewise.discovery.samples.grpc.v1.PlaceOrderRequest;
import java.util.concurrent.TimeUnit;

/** The example of README.md, compiled. {@link ReadmeTest} keeps the two the same. */
final class ReadmeExample {

  private ReadmeExample() {}

  static void run() {
    // region readme
    ServiceDiscovery discovery = ServiceDiscovery.create(); // one for each process
    ManagedChannel channel = // one for each Service
        SlicewiseGrpc.channel(
                "k8s:///checkout.shop:grpc", InsecureChannelCredentials.create(), discovery)
            .build();
    CheckoutBlockingStub checkout = CheckoutGrpc.newBlockingStub(channel);

    PlaceOrderRequest order = PlaceOrderRequest.newBuilder().setOrderId("order-1").build();
    PlaceOrderReply reply = checkout.withDeadlineAfter(2, TimeUnit.SECONDS).placeOrder(order);
    System.out.println("placed in " + reply.getServedBy().getZone());

    channel.shutdown(); // with the process
    discovery.close();
    // endregion
  }
}
