package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.WatchOptions;
import io.slicewise.discovery.http.ServiceHttpClient;
import io.slicewise.discovery.model.ServiceTarget;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;
import reactor.netty.resources.ConnectionProvider;

/** The HTTP clients that the command line can call with. */
enum Library {
  /** {@link ServiceHttpClient}, which comes with Slicewise. */
  OKHTTP {
    @Override
    Calls open(ServiceDiscovery discovery, ServiceTarget target, WatchOptions options) {
      ServiceHttpClient client =
          ServiceHttpClient.builder(target.toString(), discovery).watch(options).build();
      return calls(path -> answer(client, path), client::close);
    }
  },

  /** {@link JdkHttpCalls}. */
  JDK {
    @Override
    Calls open(ServiceDiscovery discovery, ServiceTarget target, WatchOptions options) {
      ServiceWatch watch = discovery.watch(target, options);
      URI service = uri(target);
      HttpClient client = JdkHttpCalls.newClient(service, defaultTls());
      JdkHttpCalls calls = new JdkHttpCalls(watch, service, client);
      return calls(calls::get, watch::close);
    }
  },

  /** {@link ApacheHttpCalls}. */
  APACHE {
    @Override
    Calls open(ServiceDiscovery discovery, ServiceTarget target, WatchOptions options) {
      ServiceWatch watch = discovery.watch(target, options);
      URI service = uri(target);
      CloseableHttpClient client = ApacheHttpCalls.newClient(defaultTls());
      ApacheHttpCalls calls = new ApacheHttpCalls(watch, client);
      return calls(
          path -> calls.execute(new HttpGet(service.resolve(path))),
          () -> {
            watch.close();
            client.close(CloseMode.GRACEFUL);
          });
    }
  },

  /** {@link ReactorNettyCalls}. */
  REACTOR {
    @Override
    Calls open(ServiceDiscovery discovery, ServiceTarget target, WatchOptions options) {
      ServiceWatch watch = discovery.watch(target, options);
      URI service = uri(target);
      ConnectionProvider pools = ReactorNettyCalls.newPools();
      ReactorNettyCalls calls =
          new ReactorNettyCalls(watch, service, ReactorNettyCalls.newClient(service, pools));
      return calls(
          path -> await(calls.get(path).toFuture()),
          () -> {
            watch.close();
            pools.dispose();
          });
    }
  };

  /** Opens a watch and a client of its own. It does not wait for the first list. */
  abstract Calls open(ServiceDiscovery discovery, ServiceTarget target, WatchOptions options);

  /** The Service in cluster DNS, over plain HTTP. */
  private static URI uri(ServiceTarget target) {
    String pod = target.pod() == null ? "" : target.pod() + ".";
    return URI.create("http://" + pod + target.service() + "." + target.namespace() + ".svc");
  }

  private static SSLContext defaultTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer answer(ServiceHttpClient client, String path) throws IOException {
    try (Response response = client.get(path)) {
      return new Answer(response.code(), response.body().string());
    }
  }

  /** Waits; an interrupt cancels. */
  private static Answer await(CompletableFuture<Answer> future)
      throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause; // no endpoint
      }
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw (IOException) new InterruptedIOException(String.valueOf(e.getCause())).initCause(e);
    }
  }

  private interface Get {
    Answer get(String path) throws IOException, InterruptedException;
  }

  private static Calls calls(Get get, Runnable close) {
    return new Calls() {
      @Override
      public Answer get(String path) throws IOException, InterruptedException {
        return get.get(path);
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }
}
