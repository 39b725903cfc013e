package io.slicewise.discovery.samples.http;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The numbers that an option takes. */
record IntRange(int least, int most) {

  /**
   * Refuses others.
   *
   * @throws ParameterException if the value is out of the range
   */
  void check(CommandSpec command, String option, int value) {
    if (value < least || value > most) {
      throw new ParameterException(
          command.commandLine(),
          option + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }
}
