package io.slicewise.discovery.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What came of a run, as files.
 *
 * @param machine where it ran
 * @param rows all numbers, in the order they came
 * @param failures why a part has no numbers, by the part's name
 */
record Report(Machine machine, List<Row> rows, Map<String, String> failures) {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Writes {@code benchmarks.json}, {@code benchmarks.md} and the charts into a directory. */
  void writeTo(Path directory) throws IOException {
    Path made = Files.createDirectories(directory);
    Path unused = Files.writeString(made.resolve("benchmarks.json"), json());
    unused = Files.writeString(made.resolve("benchmarks.md"), new Tables(this).markdown());
    for (Map.Entry<String, String> chart : Charts.of(rows).entrySet()) {
      unused = Files.writeString(made.resolve(chart.getKey()), chart.getValue());
    }
  }

  String json() throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    ObjectNode where = root.putObject("machine");
    where.put("date", machine.date().toString());
    where.put("processor", machine.processor());
    where.put("cores", machine.cores());
    where.put("memory", machine.memory());
    where.put("system", machine.system());
    where.put("jvm", machine.jvm());
    ObjectNode versions = root.putObject("versions");
    machine.versions().forEach(versions::put);
    ObjectNode failed = root.putObject("failures");
    failures.forEach(failed::put);
    ArrayNode array = root.putArray("rows");
    for (Row row : rows) {
      ObjectNode object = array.addObject();
      object.put("benchmark", row.benchmark()).put("metric", row.metric().strip());
      object.put("value", row.value()).put("unit", row.unit());
      if (row.bound().exists()) {
        object.put("required", row.bound().toString()).put("met", row.isMet());
      }
    }
    return MAPPER.writeValueAsString(root) + "\n";
  }
}
