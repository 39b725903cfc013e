package io.slicewise.discovery.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ReflectorFuzz;
import io.slicewise.discovery.kubernetes.SliceDecoderFuzz;
import io.slicewise.discovery.kubernetes.SnapshotFileFuzz;
import io.slicewise.discovery.model.ServiceTargetFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What fuzzing starts from, what it has found, and some thousand inputs made from these, the same
 * ones each time. Fuzzing itself is a command of its own, see {@code docs/fuzzing.md}.
 */
class FuzzCorpusTest {

  private static final Path CORPUS = Path.of("src/test/resources/fuzz");

  private interface Target {
    void execute(byte[] input) throws Exception;
  }

  @Test
  void theDecoderReadsAsAPlainReadingDoes() throws Exception {
    execute("kubernetes.SliceDecoderFuzz", SliceDecoderFuzz::fuzzerTestOneInput, 5_000);
  }

  @Test
  void targetsMeanWhatTheirGrammarSays() throws Exception {
    execute("model.ServiceTargetFuzz", ServiceTargetFuzz::fuzzerTestOneInput, 8_000);
  }

  @Test
  void aSnapshotFileIsIgnoredOrRead() throws Exception {
    execute("kubernetes.SnapshotFileFuzz", SnapshotFileFuzz::fuzzerTestOneInput, 800);
  }

  @Test
  void theViewIsWhatTheServerSaidWhateverItDoes() throws Exception {
    execute("ReflectorFuzz", ReflectorFuzz::fuzzerTestOneInput, 150);
  }

  private static void execute(String name, Target target, int mutations) throws Exception {
    List<byte[]> corpus = new ArrayList<>();
    try (Stream<Path> files = Files.list(CORPUS.resolve(name))) {
      for (Path file : files.sorted().toList()) {
        for (byte[] input : read(file)) {
          corpus.add(input);
          execute(target, input, file.toString());
        }
      }
    }
    assertThat(corpus).isNotEmpty();
    Mutations mutated = new Mutations(42, corpus);
    for (int i = 0; i < mutations; i++) {
      execute(target, mutated.next(), name + ", mutation " + i);
    }
  }

  private static void execute(Target target, byte[] input, String what) {
    try {
      target.execute(input);
    } catch (Throwable e) {
      throw new AssertionError(what + ": " + HexFormat.of().formatHex(input), e);
    }
  }

  /**
   * One text, without the newline that ends it; or what a fuzzer has kept, in hexadecimal lines.
   */
  private static List<byte[]> read(Path file) throws IOException {
    if (file.toString().endsWith(".hex")) {
      return Files.readAllLines(file).stream().map(HexFormat.of()::parseHex).toList();
    }
    return List.of(Files.readString(file).stripTrailing().getBytes(UTF_8));
  }
}
