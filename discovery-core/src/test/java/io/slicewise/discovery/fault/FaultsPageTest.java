package io.slicewise.discovery.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The page that lists the faults names every test of this package, and none that is not there. */
class FaultsPageTest {

  private static final Path PAGE = Path.of("docs/faults.md");
  private static final Pattern ROW = Pattern.compile("\\| ([GCR])(\\d+) \\|(.*)\\|");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  /** Rows of the conformance checklist, signals of the protocol, and faults of raw HTTP. */
  private static final List<String> KINDS = List.of("G34", "C9", "R8");

  private static final List<Class<?>> CLASSES =
      List.of(
          CredentialsFaultsTest.class,
          FleetRestartTest.class,
          ListFaultsTest.class,
          RawHttpFaultsTest.class,
          SliceContentFaultsTest.class,
          StatusSignalsTest.class,
          TransportFaultsTest.class,
          WatchFaultsTest.class);

  private static Set<String> testsThatExist() {
    Set<String> tests = new TreeSet<>();
    for (Class<?> each : CLASSES) {
      for (Method method : each.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)
            || method.isAnnotationPresent(ParameterizedTest.class)) {
          tests.add(each.getSimpleName() + "." + method.getName());
        }
      }
    }
    return tests;
  }

  private static Set<String> testsIn(String text) {
    Set<String> tests = new TreeSet<>();
    Matcher matcher = TEST.matcher(text);
    while (matcher.find()) {
      tests.add(matcher.group(1) + "." + matcher.group(2));
    }
    return tests;
  }

  @Test
  void namesTheTestsThatExist() throws IOException {
    assertThat(testsIn(Files.readString(PAGE))).isEqualTo(testsThatExist());
  }

  @Test
  void hasATestForEveryRow() throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(row.group(1) + row.group(2));
        assertThat(testsIn(row.group(3))).as(line).isNotEmpty();
        assertThat(row.group(3).split("\\|", -1)).as(line).hasSize(4).noneMatch(String::isBlank);
      }
    }
    List<String> expected =
        KINDS.stream()
            .flatMap(
                last ->
                    IntStream.rangeClosed(1, Integer.parseInt(last.substring(1)))
                        .mapToObj(number -> last.charAt(0) + "" + number))
            .toList();
    assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void looksAtEveryClassOfThisPackage() throws IOException {
    Path sources =
        Path.of("src/test/java", FaultsPageTest.class.getPackageName().replace('.', '/'));
    try (Stream<Path> files = Files.list(sources)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith("Test.java") && !name.startsWith("FaultsPage"))
          .containsExactlyInAnyOrderElementsOf(
              CLASSES.stream().map(each -> each.getSimpleName() + ".java").toList());
    }
  }
}
