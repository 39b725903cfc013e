package io.slicewise.discovery.kubernetes;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * No credentials could be had, so that a request cannot be sent; an IOException for OkHttp's sake.
 */
final class CredentialsException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  CredentialsException(String message) {
    super(message);
  }

  CredentialsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
