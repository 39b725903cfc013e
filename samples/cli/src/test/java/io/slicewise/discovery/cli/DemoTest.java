package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DemoTest {

  private static final Pattern RESULT =
      Pattern.compile(
          "RESULT calls=([0-9]+) errors=0 cross_zone=([0-9]+\\.[0-9]) max_over_mean=([0-9.]+)"
              + " optimum=([0-9]+\\.[0-9]) uniform=([0-9]+\\.[0-9])");

  @Test
  void aDayPassesWithoutAFailedCallAndLeavesNothingBehind() throws IOException {
    List<String> before = leftovers();
    Cli cli = Cli.run("demo", "--seconds", "5", "--seed", "3");

    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.OK);
    List<String> lines = cli.lines();
    Matcher result = RESULT.matcher(lines.get(lines.size() - 1));
    assertThat(result.matches()).as(lines.toString()).isTrue();
    assertThat(Integer.parseInt(result.group(1))).isGreaterThan(500);
    double crossZone = Double.parseDouble(result.group(2));
    double optimum = Double.parseDouble(result.group(4));
    assertThat(Double.parseDouble(result.group(3))).isGreaterThanOrEqualTo(1);
    assertThat(optimum).isBetween(5.0, 20.0); // 10 % while the zones are equal
    assertThat(Double.parseDouble(result.group(5))).isBetween(60.0, 70.0);
    // In so short a day shares are on their way most of the time: FrontTest waits until they rest.
    assertThat(crossZone).isLessThan(40);
    assertThat(cli.out())
        .contains("scale up", "readiness flap", "rolling restart", "node drain", "zone lost")
        .contains("zone back", "API server killed", "API server back")
        .contains("Callers: 50.0% in zone-a, 25.0% in zone-b, 25.0% in zone-c.")
        .contains("CROSS", "PLAN", "OPTIMUM", "UNIFORM");
    Awaitility.await().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
    assertThat(leftovers()).isEqualTo(before);
  }

  @Test
  void callsGoWhereTheSharesSayButForChance() throws IOException, InterruptedException {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Result result = new Demo(Duration.ofSeconds(5), 5, nowhere, null).play();
    Traffic traffic = result.traffic();

    assertThat(result.reasons()).isEmpty();
    double plan = traffic.plan() / 100;
    double deviation = 100 * Math.sqrt(plan * (1 - plan) / traffic.calls()); // at most
    assertThat(traffic.crossZone()).isCloseTo(traffic.plan(), within(5 * deviation));
    double half = traffic.calls() / 2.0;
    assertThat((double) traffic.zone("zone-a").from()).isCloseTo(half, withinPercentage(10));
    assertThat((double) traffic.zone("zone-b").from()).isCloseTo(half / 2, withinPercentage(10));
    assertThat((double) traffic.zone("zone-c").from()).isCloseTo(half / 2, withinPercentage(10));
  }

  @Test
  void ctrlCEndsItEarlyAndLeavesNothingBehind() throws IOException {
    List<String> before = leftovers();
    Cli cli = Cli.start("demo", "--seconds", "300");
    Awaitility.await().until(() -> cli.out().contains("To look on"));

    assertThat(cli.interrupt()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(cli.out()).doesNotContain("RESULT");
    Awaitility.await().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
    assertThat(leftovers()).isEqualTo(before);
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("slicewise-") || name.startsWith("HTTP-Dispatcher"))
        .toList();
  }

  private static List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("slicewise-demo-"))
          .sorted()
          .toList();
    }
  }
}
