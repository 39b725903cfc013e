package io.slicewise.discovery.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** The official client, made by the application. */
record GivenApiClient(ApiClient client) implements ApiAccess {

  @Override
  public String address() {
    return client.getBasePath();
  }

  @Override
  public OkHttpClient http() {
    return client.getHttpClient();
  }

  @Override
  public Request get(String url, Map<String, String> headers) throws CredentialsException {
    try {
      return client
          .buildCall(
              url,
              "",
              "GET",
              List.of(),
              List.of(),
              null,
              new HashMap<>(headers),
              new HashMap<>(),
              new HashMap<>(),
              new String[] {"BearerToken"},
              null)
          .request();
    } catch (ApiException | IllegalArgumentException e) { // an address or header that cannot be
      throw new CredentialsException("no request can be made: " + e.getMessage(), e);
    }
  }
}
