package io.slicewise.discovery.samples.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jars that README.md puts into images are those that the samples are built as. */
class SamplesTest {

  static List<SampleImage> images() throws IOException {
    return SampleImage.all(Readme.read());
  }

  @ParameterizedTest
  @MethodSource("images")
  void theJarIsBuiltByThatSample(SampleImage image) throws IOException {
    assumeTrue(Files.exists(image.module().resolve("pom.xml")), image.module() + " is not there");
    String pom = Files.readString(image.module().resolve("pom.xml"));

    assertThat(pom)
        .containsAnyOf(
            "<outputFile>${project.build.directory}/" + image.jar() + "</outputFile>",
            "<finalName>" + image.jar().replace(".jar", "") + "</finalName>");
  }
}
