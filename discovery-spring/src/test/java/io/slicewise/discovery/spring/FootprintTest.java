package io.slicewise.discovery.spring;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/footprint.md} lists the jars that the build resolves, no fewer and no others. */
class FootprintTest {

  private static final Path CORE = Path.of("../discovery-core");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([\\w.-]+:[\\w.-]+)` \\| ([\\w.-]+) \\| (\\d+) \\|");
  private static final Pattern SUM = Pattern.compile("\\*\\*(\\d+) jars, (\\d+\\.\\d) MB\\*\\*");
  private static final Pattern EXCLUSION =
      Pattern.compile("<exclusion>\\s*<groupId>(.+)</groupId>\\s*<artifactId>(.+)</artifactId>");

  @ParameterizedTest
  @ValueSource(strings = {"discovery-core", "discovery-grpc", "discovery-spring"})
  void thePageListsWhatAModuleBrings(String module) throws IOException {
    Set<String> jars = new TreeSet<>(DependencyTree.of(Path.of("..", module)).jars());
    if (!module.equals("discovery-core")) {
      jars.removeAll(DependencyTree.of(CORE).jars());
    }

    assertThat(rows(module).stream().map(row -> row.group(1) + " " + row.group(2)))
        .as("rows of '## %s' in docs/footprint.md, where it is said how to correct them", module)
        .containsExactlyInAnyOrderElementsOf(jars);
  }

  @ParameterizedTest
  @ValueSource(strings = {"discovery-core", "discovery-grpc", "discovery-spring"})
  void sumsAreThoseOfTheRows(String module) throws IOException {
    List<MatchResult> rows = rows(module);
    int kilobytes = rows.stream().mapToInt(row -> Integer.parseInt(row.group(3))).sum();

    MatchResult sum = SUM.matcher(section(module)).results().findFirst().orElseThrow();
    assertThat(Integer.parseInt(sum.group(1))).isEqualTo(rows.size());
    assertThat(Double.parseDouble(sum.group(2))).isCloseTo(kilobytes / 1000.0, within(0.051));
  }

  @Test
  void whatCoreExcludesStaysOutAndIsExplained() throws IOException {
    Set<String> excluded =
        results(EXCLUSION, Files.readString(CORE.resolve("pom.xml")))
            .map(match -> match.group(1) + ":" + match.group(2))
            .collect(toCollection(TreeSet::new));

    assertThat(rows("What is left out").stream().map(row -> row.group(1)))
        .containsExactlyInAnyOrderElementsOf(excluded);
    assertThat(DependencyTree.of(CORE).jars())
        .isNotEmpty()
        .noneMatch(jar -> excluded.contains(jar.replaceFirst(" .*", "")));
  }

  private static List<MatchResult> rows(String heading) throws IOException {
    return results(ROW, section(heading)).toList();
  }

  private static String section(String heading) throws IOException {
    String page = Files.readString(CORE.resolve("docs/footprint.md"));
    int start = page.indexOf("\n## " + heading + "\n");
    assertThat(start).as("heading %s", heading).isNotNegative();
    int end = page.indexOf("\n## ", start + 1);
    return page.substring(start, end < 0 ? page.length() : end);
  }

  private static Stream<MatchResult> results(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }
}
