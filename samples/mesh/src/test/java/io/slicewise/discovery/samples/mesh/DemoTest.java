package io.slicewise.discovery.samples.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTest {

  private static final Pattern RESULT =
      Pattern.compile(
          "RESULT calls=([0-9]+) errors=0 canary=([0-9.]+)% rotations=3 cross_zone=([0-9.]+)%");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return MeshSample.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void noCallFailsInTheDemoOfTheReadme() throws IOException {
    List<String> before = leftovers();
    List<String> args = new ArrayList<>(Readme.arguments());
    args.addAll(List.of("--seconds", "5"));

    assertThat(run(args.toArray(String[]::new))).as(out + "" + err).isEqualTo(MeshSample.OK);

    List<String> lines = out.toString().lines().toList();
    Matcher result = RESULT.matcher(lines.get(lines.size() - 1));
    assertThat(result.matches()).as(out.toString()).isTrue();
    assertThat(Integer.parseInt(result.group(1))).isGreaterThan(100);
    assertThat(Double.parseDouble(result.group(2))).isBetween(3.0, 20.0);
    assertThat(Double.parseDouble(result.group(3))).isBetween(5.0, 60.0);
    assertThat(lines).filteredOn(line -> line.matches(" +[0-9]+ s .*")).hasSize(5);
    assertThat(out.toString())
        .contains(
            "callers:  Service shop/web (found by the own pod)",
            "the canary gets 10 %",
            "the old authority is trusted no more",
            "zone-b is back",
            "the API server is back",
            "P99 ms");
    assertThat(leftovers()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "demo --seconds 3    | --seconds: 3 (expected: 4 to 300)",
        "demo --seconds long | 'long' is not an int",
        "bogus               | Unmatched argument at index 0: 'bogus'",
      })
  void badInputIsRefusedInOneLine(String args, String message) {
    assertThat(run(args.strip().split(" +"))).isEqualTo(MeshSample.USAGE);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(message)
        .contains("--help");
  }

  @Test
  void helpTellsExitCodes() {
    assertThat(run("demo", "--help")).isEqualTo(MeshSample.OK);
    assertThat(out.toString()).contains("Usage: slicewise-mesh demo", "Exit codes:");
  }

  private static List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("slicewise-mesh-"))
          .sorted()
          .toList();
    }
  }
}
