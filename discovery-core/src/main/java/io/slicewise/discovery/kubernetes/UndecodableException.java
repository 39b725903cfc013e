package io.slicewise.discovery.kubernetes;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of an API server that are not what the API speaks. The message says where and why, and
 * never quotes the bytes.
 */
public final class UndecodableException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  UndecodableException(String message) {
    super(message);
  }

  UndecodableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
