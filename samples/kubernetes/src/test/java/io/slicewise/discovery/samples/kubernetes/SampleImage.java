package io.slicewise.discovery.samples.kubernetes;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;

/**
 * An image that README.md tells how to build.
 *
 * @param module the directory of the sample
 */
record SampleImage(String name, String jar, Path module) {

  static List<MatchResult> rows(Readme readme) {
    return readme.matches("(?m)^\\| `([a-z-]+)` \\| `([a-z-]+\\.jar)` \\| `(\\S+)/target` \\|");
  }

  static List<SampleImage> all(Readme readme) {
    return rows(readme).stream()
        .map(
            row ->
                new SampleImage(
                    row.group(1), row.group(2), Path.of("..", "..").resolve(row.group(3))))
        .toList();
  }
}
