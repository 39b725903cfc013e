package io.slicewise.discovery.kubernetes;

import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** How an API server is reached: its address, and a client with its trust and credentials. */
interface ApiAccess {

  /** The server's address, possibly with a path. */
  String address();

  /** What calls it. */
  OkHttpClient http();

  /**
   * Returns a request with the credentials that are not the client's own business.
   *
   * @param url the whole URL, encoded
   * @throws CredentialsException if no request can be made of that
   */
  Request get(String url, Map<String, String> headers) throws CredentialsException;
}
