package io.slicewise.discovery.spring;

import java.time.Duration;
import java.util.List;

/** The application was to wait for Services at its start, and the API server did not tell them. */
public final class ServicesUnknownException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /**
   * Creates one.
   *
   * @param waited how long they were waited for
   * @param problems a line for each Service that is not known, with the reason
   */
  ServicesUnknownException(Duration waited, List<String> problems, Throwable cause) {
    super("not known after " + waited + ": " + String.join("; ", problems), cause);
    this.problems = List.copyOf(problems);
  }

  /** A line for each Service that is not known, with the reason. */
  List<String> problems() {
    return problems;
  }
}
