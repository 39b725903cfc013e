package io.slicewise.discovery.samples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  private static final Path TESTS = Path.of("src/test/java/io/slicewise/discovery/samples/grpc");
  private static final Path SOURCES = Path.of("src/main/java/io/slicewise/discovery/samples/grpc");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)");

  @Test
  void theExamplesAreCompiled() throws IOException {
    List<String> blocks =
        Pattern.compile("(?ms)^```java\n(.*?)^```")
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(block -> block.group(1))
            .toList();

    assertThat(blocks)
        .containsExactly(
            region(TESTS.resolve("ReadmeExample.java")),
            region(SOURCES.resolve("CheckoutChannel.java")));
  }

  private static String region(Path file) throws IOException {
    String source = Files.readString(file);
    int begin = source.indexOf("// region readme\n");
    int end = source.indexOf("// endregion");
    return source
        .substring(source.indexOf('\n', begin) + 1, source.lastIndexOf('\n', end) + 1)
        .indent(-4);
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> links =
        LINK.matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(link -> link.group(1))
            .toList();

    assertThat(links).isNotEmpty().allSatisfy(link -> assertThat(Path.of(link)).exists());
  }
}
