package io.slicewise.discovery.spring;

import static java.util.Locale.ROOT;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
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

  private static final Pattern HOLE =
      Pattern.compile("(?m)^\\|([^|]*)\\|[^|]*\\|([^|]*\\d\\.\\d[^|]*)\\|[^|]*\\|$");
  private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+");
  private static final Comparator<List<Integer>> BY_NUMBERS =
      (a, b) ->
          Arrays.compare(
              a.stream().mapToInt(i -> i).toArray(), b.stream().mapToInt(i -> i).toArray());

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

  /** An older version than the page says that holes are fixed in is not shipped unexplained. */
  @Test
  void knownHolesAreFixedInWhatTheCoreBrings() throws IOException {
    Set<String> jars = DependencyTree.of(CORE).jars();
    Set<String> seen = new TreeSet<>();
    Set<String> open = new TreeSet<>();
    String name = "";
    for (MatchResult row : results(HOLE, section("Known holes")).toList()) {
      name = row.group(1).isBlank() ? name : row.group(1).strip();
      Pattern named =
          Pattern.compile("[.:]" + name.toLowerCase(ROOT).replace(" ", "") + "\\d*[: ]");
      List<List<Integer>> fixes =
          results(VERSION, row.group(2).replaceAll("\\(.*", ""))
              .map(match -> numbers(match.group()))
              .toList();
      for (String jar : jars) {
        if (named.matcher(jar).find()) {
          seen.add(name);
          if (!isFixed(numbers(jar.replaceFirst(".* ", "")), fixes)) {
            open.add(jar.replaceFirst(" .*", ""));
          }
        }
      }
    }

    assertThat(seen)
        .contains("Bouncy Castle", "Gson", "OkHttp", "Okio", "jackson-databind", "snakeyaml");
    // Of the compiler, as the page explains.
    assertThat(open).containsExactly("org.jetbrains.kotlin:kotlin-stdlib");
  }

  /** Whether a version has the fix of its own minor version, or is as new as the newest fix. */
  private static boolean isFixed(List<Integer> version, List<List<Integer>> fixes) {
    assertThat(fixes).isNotEmpty();
    List<Integer> newest = fixes.stream().max(BY_NUMBERS).orElseThrow();
    return fixes.stream()
        .filter(fix -> fix == newest || fix.subList(0, 2).equals(version.subList(0, 2)))
        .anyMatch(fix -> BY_NUMBERS.compare(version, fix) >= 0);
  }

  private static List<Integer> numbers(String version) {
    return results(Pattern.compile("\\d+"), version)
        .map(match -> Integer.valueOf(match.group()))
        .toList();
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
