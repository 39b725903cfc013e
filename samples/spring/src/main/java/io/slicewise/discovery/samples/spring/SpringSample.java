package io.slicewise.discovery.samples.spring;

import io.slicewise.discovery.samples.spring.callee.CalleeApplication;
import io.slicewise.discovery.samples.spring.caller.CallerApplication;
import java.util.Arrays;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/** One jar with both applications and the demo. */
public final class SpringSample {

  private SpringSample() {}

  /** Runs {@code demo}, {@code caller} or {@code callee}; what follows is the application's. */
  public static void main(String[] args) throws Exception {
    String what = args.length == 0 ? "" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (what) {
      case "demo" -> {
        LoggingSystem.get(SpringSample.class.getClassLoader())
            .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        System.exit(DemoArguments.parse(rest, System.err).run(System.out));
      }
      case "caller" -> new SpringApplicationBuilder(CallerApplication.class).run(rest);
      case "callee" ->
          new SpringApplicationBuilder(CalleeApplication.class)
              .properties("slicewise.enabled=false")
              .run(rest);
      default -> {
        System.err.println(
            "command: " + what + " (expected: demo [--seconds N] [--port N], caller or callee)");
        System.exit(2);
      }
    }
  }
}
