package io.slicewise.discovery.samples.spring.callee;

import io.slicewise.discovery.samples.spring.Order;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers with the name and the zone of its pod. */
@SpringBootApplication
public class CalleeApplication {

  /** The one resource. */
  @RestController
  static class Orders {

    private final String pod;
    private final String zone;

    Orders(
        @Value("${POD_NAME:${HOSTNAME:unknown}}") String pod,
        @Value("${SLICEWISE_ZONE:unknown}") String zone) {
      this.pod = pod;
      this.zone = zone;
    }

    @GetMapping("/orders/{id}")
    Order order(@PathVariable("id") int id) {
      return new Order(id, pod, zone);
    }
  }
}
