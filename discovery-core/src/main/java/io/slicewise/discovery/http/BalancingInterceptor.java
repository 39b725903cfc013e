package io.slicewise.discovery.http;

import io.slicewise.discovery.balance.Lease;
import java.io.IOException;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Ends the application's call: picks an endpoint, sends the request there, and where that is
 * allowed sends it once more elsewhere. The last of the application's interceptors.
 */
final class BalancingInterceptor implements Interceptor {

  private final Function<HttpUrl, Upstream> upstreams;
  private final ServiceUrls urls;
  private final RetryBudget budget;

  BalancingInterceptor(
      Function<HttpUrl, Upstream> upstreams, ServiceUrls urls, RetryBudget budget) {
    this.upstreams = upstreams;
    this.urls = urls;
    this.budget = budget;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Upstream upstream = upstream(request);
    CancelRelay cancel = CancelRelay.of(chain.call());
    budget.onCall();
    Attempt first = attempt(upstream, upstream.acquire(cancel), chain);
    Response answer;
    try {
      answer = first.execute(cancel);
    } catch (IOException e) {
      if (!RetryRules.mayRepeat(request, first, e)) {
        throw e;
      }
      // The only endpoint there is may just have closed an old connection.
      Lease other = elsewhere(upstream, first, cancel, first.isReused());
      if (other == null) {
        throw e;
      }
      return afterFailure(e, attempt(upstream, other, chain), cancel);
    }
    if (!RetryRules.mayRepeat(request, answer)) {
      return answer;
    }
    Lease other = elsewhere(upstream, first, cancel, false);
    if (other == null) {
      return answer;
    }
    answer.close();
    return attempt(upstream, other, chain).execute(cancel);
  }

  private static Response afterFailure(IOException failure, Attempt second, CancelRelay cancel)
      throws IOException {
    try {
      return second.execute(cancel);
    } catch (IOException e) {
      if (e != failure) {
        e.addSuppressed(failure);
      }
      throw e;
    }
  }

  private Upstream upstream(Request request) throws IOException {
    try {
      return upstreams.apply(urls.require(request.url()));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IOException(e.getMessage(), e); // an interceptor's URL, or closed meanwhile
    }
  }

  private Attempt attempt(Upstream upstream, Lease lease, Chain chain) {
    return new Attempt(upstream.client(lease.endpoint()), lease, urls, chain);
  }

  /** Returns a lease for the second attempt, or null where there must be none. */
  private @Nullable Lease elsewhere(
      Upstream upstream, Attempt first, CancelRelay cancel, boolean sameWillDo) {
    Lease other = cancel.isCanceled() ? null : upstream.acquireOther(first.lease().endpoint());
    if (other == null) {
      return null;
    }
    boolean same = other.endpoint().equals(first.lease().endpoint());
    if ((sameWillDo || !same) && budget.take()) {
      return other;
    }
    other.close();
    return null;
  }
}
