package io.slicewise.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  private static final Path ROOT = Path.of("..", "..");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  private final String readme = read(ROOT.resolve("README.md"));

  ReadmeTest() throws IOException {}

  @Test
  void theExampleIsCompiled() throws IOException {
    String source = read(Path.of("src/test/java/io/slicewise/discovery/cli/ReadmeExample.java"));
    String region =
        source.substring(source.indexOf("// region readme\n"), source.indexOf("    // endregion"));
    String example = region.substring(region.indexOf('\n') + 1).indent(-4);

    assertThat(blocks("java")).first().isEqualTo(example);
  }

  @Test
  void theFirstTwoCommandsAreTheDemoAndTheTests() {
    assertThat(blocks("sh")).hasSize(2).allSatisfy(block -> assertThat(block.lines()).hasSize(1));
    assertThat(blocks("sh").get(0)).contains("slicewise.jar demo");
    assertThat(blocks("sh").get(1)).contains("verify");
  }

  @Test
  void everyLinkLeadsSomewhere() {
    List<String> links = LINK.matcher(readme).results().map(link -> link.group(1)).toList();

    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(ROOT.resolve(link)).exists());
  }

  private List<String> blocks(String language) {
    Matcher matcher = Pattern.compile("(?ms)^```" + language + "\n(.*?)^```").matcher(readme);
    return matcher.results().map(block -> block.group(1)).toList();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
