package io.slicewise.discovery.kubernetes;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A cluster configuration that cannot be used. The message is one line that names the file and what
 * to do about it, and never holds a secret.
 */
public final class ClusterConfigException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  ClusterConfigException(String message) {
    super(message);
  }

  ClusterConfigException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
