package io.slicewise.discovery.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the README says of properties is what there is. */
class ReadmeTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `(slicewise\\.[^`]+)` \\| ([^|]*) \\| ([^|]*) \\|");

  private static JsonNode metadata() throws IOException {
    try (InputStream in =
        ReadmeTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      return new JsonMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static Map<String, String> documented() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    String readme = Files.readString(Path.of("README.md"));
    String properties = readme.substring(readme.indexOf("\n## Properties"));
    Matcher matcher = ROW.matcher(properties.substring(0, properties.indexOf("\n## ", 1)));
    while (matcher.find()) {
      String fallback = matcher.group(2).strip().replace("`", "");
      assertThat(rows.put(matcher.group(1), fallback)).as(matcher.group(1)).isNull();
    }
    return rows;
  }

  /** Properties with their defaults; none is an empty text. */
  private static Map<String, String> actual() throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (JsonNode property : metadata().get("properties")) {
      if (!property.get("name").asString().startsWith("slicewise.")) {
        continue; // management.endpoint.slicewise.*: as Spring Boot has it for each endpoint
      }
      JsonNode fallback = property.get("defaultValue");
      all.put(property.get("name").asString(), fallback == null ? "" : fallback.asString());
    }
    all.remove("slicewise.services");
    for (RecordComponent each : SlicewiseProperties.Service.class.getRecordComponents()) {
      String name = each.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
      DefaultValue fallback = constructorDefault(each.getName());
      all.put("slicewise.services.<id>." + name, fallback == null ? "" : fallback.value()[0]);
    }
    return all;
  }

  private static DefaultValue constructorDefault(String name) {
    return Arrays.stream(
            SlicewiseProperties.Service.class.getDeclaredConstructors()[0].getParameters())
        .filter(parameter -> parameter.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getAnnotation(DefaultValue.class);
  }

  @Test
  void everyPropertyStandsInTheReadmeWithItsDefault() throws Exception {
    Map<String, String> documented = documented();
    Map<String, String> actual = actual();

    assertThat(documented.keySet()).isEqualTo(actual.keySet());
    actual.forEach(
        (name, fallback) -> {
          if (!fallback.isEmpty()) {
            assertThat(documented.get(name)).as(name).isEqualTo(fallback);
          }
        });
    assertThat(documented).hasSizeGreaterThan(40);
  }

  @Test
  void everyPropertyIsDescribedForPeople() throws Exception {
    for (JsonNode property : metadata().get("properties")) {
      String name = property.get("name").asString();
      assertThat(property.path("description").asString()).as(name).isNotBlank();
      assertThat(property.path("description").asString())
          .as(name)
          .doesNotContain("{@")
          .doesNotContain("<");
    }
  }

  @Test
  void valuesThatAnIdeCannotGuessAreHinted() throws Exception {
    List<String> hinted =
        metadata().get("hints").valueStream().map(hint -> hint.get("name").asString()).toList();

    assertThat(hinted).contains("slicewise.watch.family", "slicewise.services.keys");
  }
}
