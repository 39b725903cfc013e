package io.slicewise.discovery.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Histories as text: an {@link Operation} a line. */
final class History {

  private History() {}

  static List<Operation> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank())
        .map(Operation::parse)
        .toList();
  }

  static String write(List<Operation> history) {
    return history.stream().map(Operation::toString).collect(Collectors.joining("\n"));
  }
}
