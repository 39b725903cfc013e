package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a service config may say of our policy, and what it may not. */
class ZoneAwareConfigTest {

  /** Reads what stands in a cell: true, a number, [] for a list, else a text. */
  private static Object value(String cell) {
    return switch (cell) {
      case "true" -> true;
      case "[]" -> List.of("a");
      default -> cell.matches("-?[0-9.]+") ? Double.valueOf(cell) : cell;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "tolerance, true",
    "tolerance, -1",
    "tolerance, NaN",
    "maxCallerSkew, 0",
    "regions, x",
    "callers, []",
    "strategy, bogus",
    "strategy, 1",
    "slowStart, 1h",
    "slowStart, 30",
    "slowStart, -1s",
    "slowStart, NaNs",
    "ejection, yes",
    "failOnDeadline, 1",
    "maxConnecting, 0",
    "zone, 1",
    "zone, []",
    "zone, true"
  })
  void isRefusedWhereTheChannelIsBuilt(String field, String cell) {
    isRefused(Map.of(field, value(cell)), field + ": ");
  }

  @Test
  void whatIsNullOrUnknownIsRefused() {
    Map<String, Object> nothing = new HashMap<>();
    nothing.put("a", null);
    isRefused(Map.of("callers", nothing), "callers: a: null (expected: a value)");
    isRefused(Map.of("regions", nothing), "regions: a: null (expected: a value)");
    isRefused(Map.of("bogus", 1.0), "field: bogus (expected: one of [callers, ");
  }

  private static void isRefused(Map<String, ?> config, String problem) {
    assertThatThrownBy(
            () ->
                Grpc.newChannelBuilder("k8s:///echo.shop", InsecureChannelCredentials.create())
                    .defaultServiceConfig(
                        Map.of(
                            "loadBalancingConfig", List.of(Map.of(SlicewiseGrpc.POLICY, config))))
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("slicewise_zone_aware: " + problem);
  }

  @Test
  void isReadAsItWasWritten() {
    ZoneAwareConfig config =
        ZoneAwareConfig.DEFAULTS
            .inZone("a")
            .withTolerance(0.1)
            .withCallers(Map.of("a", 0.5, "b", 0.5));
    assertThat(ZoneAwareConfig.fromJson(config.toJson())).isEqualTo(config);
    assertThat(ZoneAwareConfig.fromJson(Map.of("zone", ""))).isEqualTo(ZoneAwareConfig.DEFAULTS);
  }
}
