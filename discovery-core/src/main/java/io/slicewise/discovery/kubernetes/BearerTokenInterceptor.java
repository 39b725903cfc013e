package io.slicewise.discovery.kubernetes;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Puts the token that a file holds at that moment on each request. */
record BearerTokenInterceptor(BearerTokenFile file) implements Interceptor {

  @Override
  public Response intercept(Chain chain) throws IOException {
    return chain.proceed(
        chain.request().newBuilder().header("Authorization", "Bearer " + file.token()).build());
  }
}
