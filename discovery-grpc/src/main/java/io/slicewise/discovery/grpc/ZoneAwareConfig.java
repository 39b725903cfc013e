package io.slicewise.discovery.grpc;

import static java.util.Objects.requireNonNull;

import io.slicewise.discovery.balance.PickStrategy;
import io.slicewise.discovery.health.HealthOptions;
import io.slicewise.discovery.policy.Callers;
import io.slicewise.discovery.policy.OwnPlace;
import io.slicewise.discovery.policy.ZoneAware;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How our load balancer works; {@code {"slicewise_zone_aware": {…}}} in a service config.
 * Immutable.
 *
 * @param zoneAware tolerance and the rest of the zone arithmetic
 * @param strategy how an endpoint is chosen inside a zone; default two choices
 * @param health slow start and ejection
 * @param failOnDeadline whether a call that ran out of time counts as a failure of its endpoint;
 *     default false
 * @param maxConnecting how many connections may be under way at once, 1 to 10,000; default 64
 * @param zone the own zone, or null or blank for that which the resolver knows (default)
 * @param callers the share of the callers in each zone; empty for what the resolver knows (default)
 */
public record ZoneAwareConfig(
    ZoneAware zoneAware,
    PickStrategy strategy,
    HealthOptions health,
    boolean failOnDeadline,
    int maxConnecting,
    @Nullable String zone,
    Map<String, Double> callers) {

  /** Every default. */
  public static final ZoneAwareConfig DEFAULTS =
      new ZoneAwareConfig(
          ZoneAware.DEFAULTS,
          PickStrategy.TWO_CHOICES,
          HealthOptions.DEFAULTS,
          false,
          64,
          null,
          Map.of());

  private static final Set<String> FIELDS =
      new TreeSet<>(
          List.of(
              "tolerance",
              "maxCallerSkew",
              "regions",
              "strategy",
              "slowStart",
              "ejection",
              "failOnDeadline",
              "maxConnecting",
              "zone",
              "callers"));

  public ZoneAwareConfig {
    requireNonNull(zoneAware, "zoneAware");
    requireNonNull(strategy, "strategy");
    requireNonNull(health, "health");
    zone = zone == null || zone.isBlank() ? null : zone; // as a missing label gives it
    callers = Map.copyOf(callers);
    if (maxConnecting < 1 || maxConnecting > 10_000) {
      throw new IllegalArgumentException(
          "maxConnecting: " + maxConnecting + " (expected: 1 to 10000)");
    }
    if (!callers.isEmpty()) {
      Callers unused = new Callers(callers, "service config"); // refuses what is no share
    }
  }

  /** Returns the same with another tolerance. */
  public ZoneAwareConfig withTolerance(double tolerance) {
    return new ZoneAwareConfig(
        zoneAware.withTolerance(tolerance),
        strategy,
        health,
        failOnDeadline,
        maxConnecting,
        zone,
        callers);
  }

  /** Returns the same with other slow start and ejection. */
  public ZoneAwareConfig withHealth(HealthOptions other) {
    return new ZoneAwareConfig(
        zoneAware, strategy, other, failOnDeadline, maxConnecting, zone, callers);
  }

  /** Returns the same in a zone. */
  public ZoneAwareConfig inZone(String own) {
    return new ZoneAwareConfig(
        zoneAware, strategy, health, failOnDeadline, maxConnecting, own, callers);
  }

  /** Returns the same with the share of the callers in each zone. */
  public ZoneAwareConfig withCallers(Map<String, Double> shares) {
    return new ZoneAwareConfig(
        zoneAware, strategy, health, failOnDeadline, maxConnecting, zone, shares);
  }

  /** Where the caller is: as configured, else as the resolver says. */
  OwnPlace own(@Nullable Surroundings surroundings) {
    if (zone != null) {
      return new OwnPlace(zone, null, "service config");
    }
    return surroundings == null ? OwnPlace.UNKNOWN : surroundings.own();
  }

  /** Where its like are: as configured, else as the resolver says. */
  Callers callers(@Nullable Surroundings surroundings) {
    if (!callers.isEmpty()) {
      return new Callers(callers, "service config");
    }
    return surroundings == null ? Callers.UNKNOWN : surroundings.callers();
  }

  /** Returns the config as it stands in a service config: numbers are doubles there. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new HashMap<>();
    json.put("tolerance", zoneAware.tolerance());
    json.put("maxCallerSkew", zoneAware.maxCallerSkew());
    json.put("regions", zoneAware.regions());
    json.put("strategy", strategy.label());
    json.put(
        "slowStart", String.format(Locale.ROOT, "%.3fs", health.slowStart().toMillis() / 1000.0));
    json.put("ejection", health.ejection());
    json.put("failOnDeadline", failOnDeadline);
    json.put("maxConnecting", (double) maxConnecting);
    json.put("callers", callers);
    if (zone != null) {
      json.put("zone", zone);
    }
    return json;
  }

  /**
   * Reads a config.
   *
   * @throws IllegalArgumentException if it has a field that there is not, or a value out of range
   */
  static ZoneAwareConfig fromJson(Map<String, ?> json) {
    for (String field : json.keySet()) {
      if (!FIELDS.contains(field)) {
        throw new IllegalArgumentException(
            "field: " + field + " (expected: one of " + FIELDS + ")");
      }
    }
    ZoneAware zones = ZoneAware.DEFAULTS;
    zones = zones.withTolerance(number(json, "tolerance", zones.tolerance()));
    zones = zones.withMaxCallerSkew(number(json, "maxCallerSkew", zones.maxCallerSkew()));
    Map<String, String> regions = new TreeMap<>();
    map(json, "regions").forEach((zone, region) -> regions.put(zone, text("regions", region)));
    Map<String, Double> callers = new TreeMap<>();
    map(json, "callers").forEach((zone, share) -> callers.put(zone, number("callers", share)));
    Object strategy = json.get("strategy");
    Object zone = json.get("zone");
    HealthOptions health = HealthOptions.DEFAULTS;
    return new ZoneAwareConfig(
        zones.withRegions(regions),
        strategy == null
            ? PickStrategy.TWO_CHOICES
            : PickStrategy.named(text("strategy", strategy)),
        new HealthOptions(
            bool(json, "ejection", health.ejection()),
            duration(json, "slowStart", health.slowStart())),
        bool(json, "failOnDeadline", false),
        (int) number(json, "maxConnecting", DEFAULTS.maxConnecting),
        zone == null ? null : text("zone", zone),
        callers);
  }

  private static double number(Map<String, ?> json, String field, double otherwise) {
    Object value = json.get(field);
    return value == null ? otherwise : number(field, value);
  }

  private static double number(String field, @Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    try {
      return Double.parseDouble(Objects.toString(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: a number)", e);
    }
  }

  private static String text(String field, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(field + ": " + value + " (expected: a text)");
  }

  private static boolean bool(Map<String, ?> json, String field, boolean otherwise) {
    Object value = json.get(field);
    if (value == null || value instanceof Boolean) {
      return value == null ? otherwise : (Boolean) value;
    }
    throw new IllegalArgumentException(field + ": " + value + " (expected: true or false)");
  }

  private static Duration duration(Map<String, ?> json, String field, Duration otherwise) {
    Object value = json.get(field);
    if (value == null) {
      return otherwise;
    }
    String text = String.valueOf(value);
    try {
      if (text.endsWith("s")) {
        double seconds = Double.parseDouble(text.substring(0, text.length() - 1));
        if (Double.isNaN(seconds)) {
          throw new NumberFormatException(text);
        }
        return Duration.ofMillis(Math.round(1000 * seconds));
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(field + ": " + text + " (expected: seconds, like 30s)");
  }

  private static Map<String, ?> map(Map<String, ?> json, String field) {
    Object value = json.get(field);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> named = new TreeMap<>();
      for (Map.Entry<?, ?> each : map.entrySet()) {
        if (each.getValue() == null) {
          throw new IllegalArgumentException(
              field + ": " + each.getKey() + ": null (expected: a value)");
        }
        named.put(String.valueOf(each.getKey()), each.getValue());
      }
      return named;
    }
    throw new IllegalArgumentException(field + ": " + value + " (expected: an object)");
  }
}
