package io.slicewise.discovery.kubernetes;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token in a file that others replace: the kubelet does so long before a token expires.
 *
 * <p>The file is read again when a token is needed and the last look is ten seconds ago. A file
 * that cannot be read, or is empty, changes nothing: kubelets swap it by a symbolic link, and a
 * token that was good a moment ago is better than none. Thread safe; the token is in no message.
 */
final class BearerTokenFile {

  private static final System.Logger logger = System.getLogger(BearerTokenFile.class.getName());
  private static final Duration RECHECK = Duration.ofSeconds(10);

  private final Path file;
  private final InstantSource clock;

  // All below: guarded by this.
  private @Nullable String token;
  private Instant nextCheck = Instant.MIN;
  private @Nullable String warned;

  BearerTokenFile(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * Returns the token.
   *
   * @throws CredentialsException if there never was one
   */
  synchronized String token() throws CredentialsException {
    Instant now = clock.instant();
    if (!now.isBefore(nextCheck)) {
      nextCheck = now.plus(RECHECK);
      read();
    }
    if (token == null) {
      throw new CredentialsException("no bearer token: " + file + " " + warned);
    }
    return token;
  }

  /** The server refused the token: the next call looks at the file at once. */
  synchronized void refused() {
    nextCheck = Instant.MIN;
  }

  private void read() {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (IOException e) {
      warn("cannot be read (" + e.getClass().getSimpleName() + ")");
      return;
    }
    if (text.isEmpty()) {
      warn("is empty");
    } else if (!isToken(text)) {
      warn("does not hold a token");
    } else {
      token = text;
      warned = null;
    }
  }

  /** Says it once for each way of failing, until the file is good again. */
  private void warn(String problem) {
    if (!problem.equals(warned)) {
      warned = problem;
      if (token != null) {
        logger.log(WARNING, "{0} {1}; the token read before stays in use", file, problem);
      }
    }
  }

  private static boolean isToken(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127); // what a header may hold
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
