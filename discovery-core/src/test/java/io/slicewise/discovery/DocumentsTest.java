package io.slicewise.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All pages of the repository: their links lead somewhere, and every page can be reached. */
class DocumentsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .map(ROOT::relativize)
          .filter(file -> !file.toString().contains("target") && !file.startsWith(".git"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsSomewhere(Path page) throws IOException {
    List<String> broken = new ArrayList<>();
    for (String link : links(page)) {
      Path target = target(page, link);
      if (!Files.exists(target)) {
        broken.add(link + " (no such file)");
      } else if (link.contains("#") && !anchors(target).contains(link.replaceFirst(".*#", ""))) {
        broken.add(link + " (no such heading)");
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageCanBeReachedFromTheFirst() throws IOException {
    List<Path> reached = new ArrayList<>(List.of(Path.of("README.md")));
    for (int i = 0; i < reached.size(); i++) {
      for (String link : links(reached.get(i))) {
        Path next = ROOT.relativize(target(reached.get(i), link));
        boolean page = next.toString().endsWith(".md") && Files.exists(ROOT.resolve(next));
        if (page && !reached.contains(next)) {
          reached.add(next);
        }
      }
    }
    assertThat(reached).containsAll(pages());
  }

  private static List<String> links(Path page) throws IOException {
    List<String> links = new ArrayList<>();
    Matcher matcher = LINK.matcher(prose(ROOT.resolve(page)));
    while (matcher.find()) {
      if (!matcher.group(1).matches("[a-z]+:.*")) {
        links.add(matcher.group(1));
      }
    }
    return links;
  }

  private static Path target(Path page, String link) {
    Path from = ROOT.resolve(page);
    String file = link.replaceFirst("#.*", "");
    return file.isEmpty() ? from : from.resolveSibling(file).normalize();
  }

  /** What GitHub makes of a page's headings. */
  private static List<String> anchors(Path file) throws IOException {
    List<String> anchors = new ArrayList<>();
    Matcher matcher = HEADING.matcher(prose(file));
    while (matcher.find()) {
      String heading = matcher.group(1).toLowerCase(Locale.ROOT);
      anchors.add(
          heading
              .codePoints()
              .filter(c -> Character.isLetterOrDigit(c) || c == ' ' || c == '-' || c == '_')
              .mapToObj(c -> c == ' ' ? "-" : Character.toString(c))
              .collect(joining()));
    }
    return anchors;
  }

  private static String prose(Path file) throws IOException {
    return FENCE.matcher(Files.readString(file, UTF_8)).replaceAll("");
  }
}
