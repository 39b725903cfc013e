package io.slicewise.discovery.chaos;

import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.Faults;
import java.time.Duration;

/** Does to a server what an operation says. Confined to the thread of the run. */
final class FaultMaker {

  private static final int[] STATUSES = {500, 503, 504, 401, 502, 410, 404, 403, 429};

  private final Faults faults;

  FaultMaker(EmbeddedApiServer server) {
    this.faults = server.faults();
  }

  void apply(Operation operation) {
    int number = operation.number();
    int times = 1 + number % 3;
    switch (operation.kind()) {
      case KILL -> {
        faults.refuse();
        faults.cutConnections();
      }
      case FREEZE -> faults.freeze();
      case CUT -> faults.cutConnections();
      case COMPACT -> faults.compact();
      case THROTTLE -> faults.throttle(times, Duration.ofSeconds(1));
      case THROTTLE_IN_PLAIN_TEXT -> faults.throttlePlainText(times, Duration.ofSeconds(1));
      case FAIL ->
          faults.fail(
              times,
              STATUSES[number % STATUSES.length],
              number % 2 == 0 ? null : Duration.ofSeconds(1));
      case FORBID -> faults.forbid("*", "endpointslices", number % 2 == 0 ? "shop" : "depot");
      case DELAY_RESPONSES -> faults.delayResponses(Duration.ofMillis(number % 50));
      case DELAY_EVENTS -> faults.delayEvents(Duration.ofMillis(number % 50));
      case TOO_LARGE ->
          faults.sendLine(
              error(
                  504,
                  "Timeout",
                  "Timeout: Too large resource version: 99999, current: 10",
                  "\"details\":{\"causes\":[{\"reason\":\"ResourceVersionTooLarge\",\"message\":"
                      + "\"Too large resource version\"}],\"retryAfterSeconds\":1},"));
      case EXPIRE ->
          faults.sendLine(error(410, "Expired", "too old resource version: 10 (12000)", ""));
      case GARBLE -> faults.garbleNextLine();
      case TRUNCATE -> faults.truncateNextLine();
      case REPEAT -> faults.repeatLastEvent();
      case UNKNOWN_EVENT ->
          faults.sendLine("{\"type\":\"RENAMED\",\"object\":{\"kind\":\"EndpointSlice\"}}");
      case CLOSE_WATCHES -> faults.closeWatches();
      case CLOSE_WATCHES_AT_ONCE -> faults.closeWatchesAtOnce(times);
      case CUT_WATCH_LIST -> faults.cutWatchListBeforeEnd(times);
      case HEAL -> heal();
      default -> {}
    }
  }

  void heal() {
    faults.clear();
  }

  private static String error(int code, String reason, String message, String details) {
    return "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
        + "\"status\":\"Failure\",\"message\":\""
        + message
        + "\",\"reason\":\""
        + reason
        + "\","
        + details
        + "\"code\":"
        + code
        + "}}";
  }
}
