package io.slicewise.discovery.samples.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What README.md tells its readers to do. */
record Readme(String text) {

  static Readme read() throws IOException {
    return new Readme(Files.readString(Path.of("README.md")));
  }

  /** The blocks of a language. */
  List<String> blocks(String language) {
    return groups("(?ms)^```" + language + "\n(.*?)^```", 1);
  }

  /** The commands that begin with some words, without comments. */
  List<String> commands(String words) {
    return String.join("\n", blocks("console"))
        .lines()
        .filter(line -> line.startsWith("$ " + words + " "))
        .map(line -> line.substring(2).replaceFirst(" +#.*", ""))
        .toList();
  }

  /** The links to files. */
  List<String> links() {
    return groups("]\\((?!https:)([^)#]+)", 1);
  }

  List<String> groups(String regex, int group) {
    return matches(regex).stream().map(match -> match.group(group)).toList();
  }

  List<MatchResult> matches(String regex) {
    return Pattern.compile(regex).matcher(text).results().toList();
  }
}
