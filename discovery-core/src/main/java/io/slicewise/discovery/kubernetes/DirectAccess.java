package io.slicewise.discovery.kubernetes;

import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * An API server reached by an OkHttp client and nothing else. The official {@code ApiClient}
 * prepares to read every kind of object of Kubernetes when the first one is made: 784 classes and
 * half a second of CPU time before the first request of a process, for objects that nobody here
 * asks for.
 */
final class DirectAccess implements ApiAccess {

  private final String address;
  private final OkHttpClient http;
  private final @Nullable String authorization; // never in any text

  /**
   * Creates an access.
   *
   * @param authorization the header of that name, or null for none
   */
  DirectAccess(String address, OkHttpClient http, @Nullable String authorization) {
    this.address = address;
    this.http = http;
    this.authorization = authorization;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public OkHttpClient http() {
    return http;
  }

  @Override
  public Request get(String url, Map<String, String> headers) throws CredentialsException {
    try {
      Request.Builder request = new Request.Builder().url(url);
      headers.forEach(request::header);
      if (authorization != null) {
        request.header("Authorization", authorization);
      }
      return request.build();
    } catch (IllegalArgumentException e) { // an address or header that cannot be
      throw new CredentialsException("no request can be made: " + e.getMessage(), e);
    }
  }
}
