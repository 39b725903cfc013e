package io.slicewise.discovery.spring.loadbalancer;

import com.fasterxml.jackson.core.JacksonException;
import io.slicewise.discovery.balance.Outcome;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.ResponseData;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * What the end of a call says of its instance.
 *
 * <p>A failure is a connection that cannot be made or breaks, and the statuses 502, 503 and 504:
 * the instance could not be reached, or could not serve. Every other answer is a success. Nothing
 * is known of calls that were cancelled, that the caller waited for no longer (the request may just
 * be a slow one), or that an error of the caller's own ended.
 */
final class Outcomes {

  private static final int DEEPEST_CAUSE = 16;
  private static final boolean SERVLET =
      ClassUtils.isPresent(
          "org.springframework.web.servlet.function.ServerResponse",
          Outcomes.class.getClassLoader());

  private Outcomes() {}

  static Outcome of(CompletionContext<?, ?, ?> context) {
    return switch (context.status()) {
      case SUCCESS -> ofStatus(status(context.getClientResponse()));
      case FAILED -> ofFailure(context.getThrowable());
      case DISCARD -> Outcome.UNKNOWN;
    };
  }

  private static @Nullable HttpStatusCode status(@Nullable Object response) {
    if (response instanceof ResponseData data) {
      return data.getHttpStatus();
    }
    if (response instanceof ClientHttpResponse answer) {
      try {
        return answer.getStatusCode();
      } catch (IOException e) {
        return null;
      }
    }
    return SERVLET && response instanceof ServerResponse answer ? answer.statusCode() : null;
  }

  private static Outcome ofStatus(@Nullable HttpStatusCode status) {
    return switch (status == null ? 0 : status.value()) {
      case 502, 503, 504 -> Outcome.FAILURE;
      default -> Outcome.SUCCESS;
    };
  }

  private static Outcome ofFailure(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof IOException io) {
        return isOfInstance(io) ? Outcome.FAILURE : Outcome.UNKNOWN;
      }
      cause = cause.getCause();
    }
    return Outcome.UNKNOWN;
  }

  /** What an error while the answer was read says of the instance, which had begun to answer. */
  static Outcome ofBody(Throwable failure) {
    return ofFailure(failure) == Outcome.FAILURE ? Outcome.FAILURE : Outcome.SUCCESS;
  }

  private static boolean isOfInstance(IOException failure) {
    if (failure instanceof SocketTimeoutException) {
      return isConnect(failure.getMessage()) || isConnect(failure.getClass().getSimpleName());
    }
    if (failure instanceof HttpTimeoutException) {
      return failure instanceof HttpConnectTimeoutException;
    }
    return !(failure instanceof InterruptedIOException
        || failure instanceof FileNotFoundException
        || failure instanceof FileSystemException
        || failure instanceof CharacterCodingException
        || failure instanceof JacksonException);
  }

  /** Clients tell in words alone that a timeout was one of the connection. */
  private static boolean isConnect(@Nullable String text) {
    return text != null && text.toLowerCase(Locale.ROOT).contains("connect");
  }
}
