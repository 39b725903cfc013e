package io.slicewise.discovery.chaos;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a slice as it was written.
 *
 * @param pod its number; two that differ by {@link #REUSED} have one address
 * @param conditions an index of {@link #CONDITIONS}
 */
record ModelEndpoint(int pod, int conditions) {

  /** Between two pods of one address. */
  static final int REUSED = 10_000;

  /** Ready, serving, terminating; null is left out. */
  private static final @Nullable Boolean[][] CONDITIONS = {
    {true, true, false},
    {null, null, null},
    {false, false, false},
    {false, true, true},
    {false, false, true},
    {true, true, true},
    {false, null, null},
    {false, true, false},
    {true, null, null},
  };

  /** How many combinations of conditions there are. */
  static final int STATES = CONDITIONS.length;

  /** One that takes calls. */
  static final int READY = 0;

  /** The first of three that take none, or only as the last resort. */
  static final int LEAVING = 2;

  String address(String type) {
    int host = pod % REUSED;
    return switch (type) {
      case "IPv4" -> "10.1." + host / 250 + "." + (host % 250 + 1);
      case "IPv6" -> "fd00::" + Integer.toHexString(host + 1);
      default -> "pod-" + host + ".example";
    };
  }

  /** Null for an address that is no pod's. */
  @Nullable UUID uid() {
    return pod % 7 == 3 ? null : new UUID(0x5a4c000000004000L, 0x8000000000000000L | pod);
  }

  boolean ready() {
    Boolean ready = CONDITIONS[conditions][0];
    return ready == null || ready;
  }

  boolean terminating() {
    Boolean terminating = CONDITIONS[conditions][2];
    return terminating != null && terminating;
  }

  /** Whether it takes calls when nobody is ready: still serving while it terminates (KEP-1669). */
  boolean lastResort() {
    Boolean serving = CONDITIONS[conditions][1];
    return !ready() && (serving == null || serving) && terminating();
  }

  ModelEndpoint in(int state) {
    return new ModelEndpoint(pod, state);
  }

  void write(String type, ArrayNode endpoints) {
    ObjectNode endpoint = endpoints.addObject();
    ArrayNode addresses = endpoint.putArray("addresses").add(address(type));
    if (pod % 11 == 5) {
      addresses.add(new ModelEndpoint(pod + 5_000, conditions).address(type)); // means nothing
    }
    ObjectNode stated = endpoint.putObject("conditions");
    String[] names = {"ready", "serving", "terminating"};
    for (int i = 0; i < names.length; i++) {
      Boolean value = CONDITIONS[conditions][i];
      if (value != null) {
        stated.put(names[i], value);
      }
    }
    UUID uid = uid();
    if (uid != null) {
      endpoint
          .putObject("targetRef")
          .put("kind", "Pod")
          .put("name", "pod-" + pod)
          .put("uid", uid.toString());
    }
    if (pod % 5 > 0) {
      endpoint.put("nodeName", "node-" + pod % 4).put("zone", "z" + pod % 3);
    }
    if (pod % 9 == 0) {
      endpoint.putObject("hints").putArray("forZones").addObject().put("name", "z" + pod % 3);
    }
    if (pod % 13 == 0) {
      endpoint.put("fromTheFuture", pod);
    }
  }
}
