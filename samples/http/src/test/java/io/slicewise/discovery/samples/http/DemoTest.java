package io.slicewise.discovery.samples.http;

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
          "RESULT calls=([0-9]+) errors=0 own_zone=([0-9.]+)% pods=([0-9]+) apache=([0-9]+)"
              + " jdk=([0-9]+) okhttp=([0-9]+) reactor=([0-9]+)");

  @Test
  void noCallFailsWhileServersAreReplacedAndKilled() throws IOException {
    List<String> before = leftovers();
    Cli cli = Cli.run("demo", "--seconds", "6");

    assertThat(cli.exitCode()).as(cli.out() + cli.err()).isEqualTo(ExitCode.OK);
    List<String> lines = cli.lines();
    Matcher result = RESULT.matcher(lines.get(lines.size() - 1));
    assertThat(result.matches()).as(cli.out()).isTrue();
    assertThat(Integer.parseInt(result.group(1))).isGreaterThan(600);
    assertThat(Double.parseDouble(result.group(2))).isGreaterThan(40); // 33 if all were alike
    assertThat(Integer.parseInt(result.group(3))).isGreaterThan(4);
    for (int library = 4; library <= 7; library++) {
      assertThat(Integer.parseInt(result.group(library))).isGreaterThan(100);
    }
    assertThat(lines).anySatisfy(line -> assertThat(line).contains("zone-a*", "zone-b", "zone-c"));
    assertThat(lines).filteredOn(line -> line.matches(" +[0-9]+ s .*")).hasSize(6);
    assertThat(cli.out())
        .contains(
            "rolling replacement, 3 of 3",
            "a server of zone-a is killed",
            "the API server is killed",
            "the API server is back");
    assertThat(leftovers()).isEqualTo(before);
  }

  @Test
  void ctrlCEndsItEarlyAndLeavesNothingBehind() throws IOException {
    List<String> before = leftovers();
    Cli cli = Cli.start("demo", "--seconds", "300").awaitOut("To call it");

    assertThat(cli.stop()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(cli.out()).doesNotContain("RESULT");
    Awaitility.await().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
    assertThat(leftovers()).isEqualTo(before);
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("checkout-") || name.startsWith("slicewise-"))
        .toList();
  }

  private static List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("slicewise-http-"))
          .sorted()
          .toList();
    }
  }
}
