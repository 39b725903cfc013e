package io.slicewise.discovery.samples.mesh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** README.md of this sample. */
final class Readme {

  private static final String JAR = "slicewise-mesh.jar ";

  private Readme() {}

  static String text() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  /** Returns the blocks of a language. */
  static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```")
        .matcher(text())
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** Returns the arguments of the one command there is. */
  static List<String> arguments() throws IOException {
    List<String> commands = blocks("sh");
    if (commands.size() != 1) {
      throw new IOException("commands: " + commands + " (expected: one)");
    }
    String command = commands.get(0).strip();
    return List.of(command.substring(command.indexOf(JAR) + JAR.length()).split(" +"));
  }
}
