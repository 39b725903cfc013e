package io.slicewise.discovery.samples.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JDK's client lets {@code Host} be set only if the JVM was told so when it started. */
class RestrictedHostTest {

  /** Builds a request with a {@code Host}, in a JVM of its own. */
  static final class Probe {

    private Probe() {}

    /** Prints what becomes of it. */
    public static void main(String[] args) {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1/")).setHeader("Host", "a").build();
        System.out.print(request.headers().map());
      } catch (IllegalArgumentException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  private static String probe(String... options) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of(options));
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
    Process process = new ProcessBuilder(command).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out;
  }

  @Test
  void withoutThePropertyThereIsNoRequest() throws Exception {
    assertThat(probe()).isEqualTo("restricted header name: \"Host\"");
    assertThat(probe("-Djdk.httpclient.allowRestrictedHeaders=host")).isEqualTo("{Host=[a]}");
  }
}
