package io.slicewise.discovery.samples.http;

import io.slicewise.discovery.ServiceWatch;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The examples, each with a client of its own that trusts test certificates. */
enum Example {
  JDK {
    @Override
    Get open(TestCluster cluster, ServiceWatch watch, URI service, TestCertificates trusted)
        throws Exception {
      return new JdkHttpCalls(watch, service, JdkHttpCalls.newClient(service, trusted.client()))
          ::get;
    }
  },
  APACHE {
    @Override
    Get open(TestCluster cluster, ServiceWatch watch, URI service, TestCertificates trusted)
        throws Exception {
      CloseableHttpClient client = cluster.keep(ApacheHttpCalls.newClient(trusted.client()));
      ApacheHttpCalls calls = new ApacheHttpCalls(watch, client);
      return path -> calls.execute(new HttpGet(service.resolve(path)));
    }
  },
  REACTOR {
    @Override
    Get open(TestCluster cluster, ServiceWatch watch, URI service, TestCertificates trusted)
        throws Exception {
      ConnectionProvider pools = ReactorNettyCalls.newPools();
      cluster.keep(pools::dispose);
      ReactorNettyCalls calls =
          new ReactorNettyCalls(
              watch,
              service,
              service.getScheme().equals("https")
                  ? ReactorNettyCalls.newClient(service, pools, trusted.nettyClient())
                  : ReactorNettyCalls.newClient(service, pools));
      return path -> await(calls, path);
    }
  };

  /** One call. */
  interface Get {
    Answer get(String path) throws IOException, InterruptedException;
  }

  abstract Get open(TestCluster cluster, ServiceWatch watch, URI service, TestCertificates trusted)
      throws Exception;

  private static Answer await(ReactorNettyCalls calls, String path)
      throws IOException, InterruptedException {
    try {
      return calls.get(path).toFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    }
  }
}
