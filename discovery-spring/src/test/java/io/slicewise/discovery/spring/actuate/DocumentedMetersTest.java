package io.slicewise.discovery.spring.actuate;

import static io.slicewise.discovery.spring.actuate.TestCluster.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.balance.Outcome;
import io.slicewise.discovery.spring.ServiceWatches;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** Whether the README says of the meters what a real application's registry has. */
class DocumentedMetersTest {

  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Path README = Path.of("README.md");

  @TempDir static Path directory;

  private static TestCluster cluster;
  private static MeterRegistry registry;

  /** What there is of one meter. */
  private record Facts(String type, Set<String> tags) {}

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(directory);
    ConfigurableApplicationContext context = cluster.application();
    registry = context.getBean(MeterRegistry.class);
    ServiceWatch watch =
        Objects.requireNonNull(context.getBean(ServiceWatches.class).find("checkout")).watch();
    watch.whenSynced().get(20, TimeUnit.SECONDS);
    watch.acquire().end(Outcome.SUCCESS);
    cluster.checkout.addPod("late", "10.0.3.1", "z1"); // a change to be timed
    soon().until(() -> watch.view().endpoints().size() == 7);
    soon()
        .until(
            () -> {
              registry.get("slicewise.watches").gauges().forEach(gauge -> gauge.value());
              return registry.find("slicewise.calls").functionCounters().stream()
                  .anyMatch(counter -> counter.count() > 0);
            });
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static List<List<String>> rows(String head) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(README)) {
      if (line.startsWith(head)) {
        inside = true;
      } else if (inside && line.startsWith("| `")) {
        rows.add(List.of(line.split("(?<!\\\\)\\|")));
      } else if (inside && !line.startsWith("|")) {
        return rows;
      }
    }
    throw new IllegalStateException("no table " + head + " in " + README.toAbsolutePath());
  }

  private static Set<String> codes(String cell) {
    Set<String> codes = new TreeSet<>();
    Matcher code = CODE.matcher(cell.replaceAll("\\([^)]*\\)", ""));
    while (code.find()) {
      codes.add(code.group(1));
    }
    return codes;
  }

  private static Map<String, Facts> registered() {
    Map<String, Facts> registered = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      Meter.Id id = meter.getId();
      if (id.getName().startsWith("slicewise.")) {
        String unit =
            id.getType() == Meter.Type.GAUGE && id.getBaseUnit() != null
                ? ", " + id.getBaseUnit()
                : "";
        Set<String> tags =
            id.getTags().stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new));
        registered.put(
            id.getName(), new Facts(id.getType().name().toLowerCase(Locale.ROOT) + unit, tags));
      }
    }
    return registered;
  }

  @Test
  void everyMeterIsInTheReadmeAndTheOtherWayRound() throws Exception {
    Map<String, Facts> documented = new TreeMap<>();
    for (List<String> row : rows("| meter ")) {
      documented.put(
          codes(row.get(1)).iterator().next(), new Facts(row.get(2).strip(), codes(row.get(3))));
    }

    assertThat(registered()).isEqualTo(documented).hasSize(DiscoveryMeter.values().length);
  }

  @Test
  void everyReasonIsInTheReadme() throws Exception {
    Set<String> documented = new TreeSet<>();
    for (List<String> row : rows("| `reason` ")) {
      documented.addAll(codes(row.get(1)));
    }
    Set<String> used = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      String reason = meter.getId().getTag("reason");
      if (meter.getId().getName().startsWith("slicewise.") && reason != null) {
        used.add(reason);
      }
    }

    assertThat(used).isEqualTo(documented);
  }

  @Test
  void everyStateOfAnEndpointIsInTheReadme() throws Exception {
    String text = Files.readString(README);
    for (Meter meter : registry.find("slicewise.endpoints").meters()) {
      assertThat(text).contains("`" + meter.getId().getTag("state") + "`");
    }
  }
}
