package io.slicewise.discovery.samples.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  private static final String PACKAGE = "java/io/slicewise/discovery/samples/mesh/";
  private static final Pattern LINK = Pattern.compile("]\\((?!https:)([^)#]+)");

  @Test
  void theExampleIsCompiled() throws IOException {
    String source = Files.readString(Path.of("src/test/" + PACKAGE + "ReadmeExample.java"));
    int begin = source.indexOf('\n', source.indexOf("// region readme")) + 1;
    int end = source.lastIndexOf('\n', source.indexOf("// endregion")) + 1;

    assertThat(Readme.blocks("java")).containsExactly(source.substring(begin, end).indent(-4));
  }

  @Test
  void theCommandIsOneOfTheJar() throws IOException {
    assertThat(Readme.arguments()).containsExactly("demo"); // which DemoTest runs
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> links = LINK.matcher(Readme.text()).results().map(link -> link.group(1)).toList();

    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(Path.of(link)).exists());
  }
}
