package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DemoTest {

  private static final Pattern RESULT =
      Pattern.compile(
          "RESULT calls=([0-9]+) errors=0 cross_zone=([0-9]+\\.[0-9]) max_over_mean=([0-9.]+)");

  @Test
  void aDayPassesWithoutAFailedCallAndLeavesNothingBehind() throws IOException {
    List<String> before = leftovers();
    Cli cli = Cli.run("demo", "--seconds", "5", "--seed", "3");

    assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCode.OK);
    List<String> lines = cli.lines();
    Matcher result = RESULT.matcher(lines.get(lines.size() - 1));
    assertThat(result.matches()).as(lines.toString()).isTrue();
    assertThat(Integer.parseInt(result.group(1))).isGreaterThan(500);
    assertThat(Double.parseDouble(result.group(2))).isBetween(40.0, 80.0);
    assertThat(Double.parseDouble(result.group(3))).isGreaterThanOrEqualTo(1);
    assertThat(cli.out())
        .contains("scale up", "readiness flap", "rolling restart", "node drain", "zone lost")
        .contains("zone back", "API server killed", "API server back");
    Awaitility.await().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
    assertThat(leftovers()).isEqualTo(before);
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
