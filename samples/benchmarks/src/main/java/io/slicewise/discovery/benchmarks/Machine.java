package io.slicewise.discovery.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where the numbers come from: nothing that names a person, a host or a path.
 *
 * @param date when the run began
 * @param processor its model
 * @param cores how many there are
 * @param memory its size in bytes
 * @param system operating system and version
 * @param jvm the JVM and its version
 * @param versions of what was measured, by name
 */
record Machine(
    Instant date,
    String processor,
    int cores,
    long memory,
    String system,
    String jvm,
    Map<String, String> versions) {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** Looks at this one. */
  static Machine here() throws IOException {
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        processorModel(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        readVersions());
  }

  private static String processorModel() throws IOException {
    if (Files.isReadable(PROCESSORS)) {
      for (String line : Files.readAllLines(PROCESSORS)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }

  /** Reads what the build wrote down. */
  private static Map<String, String> readVersions() throws IOException {
    Properties properties = new Properties();
    try (InputStream file = Machine.class.getResourceAsStream("versions.properties")) {
      properties.load(file);
    }
    Map<String, String> versions = new TreeMap<>();
    properties.forEach((name, version) -> versions.put((String) name, (String) version));
    return versions;
  }
}
