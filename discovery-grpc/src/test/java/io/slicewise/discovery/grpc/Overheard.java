package io.slicewise.discovery.grpc;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** Our name resolver, and how often it has told its channels something. Thread safe. */
final class Overheard extends NameResolverProvider {

  private final K8sNameResolverProvider ours = new K8sNameResolverProvider();
  private final AtomicInteger lists = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();

  /** A channel's builder that is told by it. */
  ManagedChannelBuilder<?> builder() {
    NameResolverRegistry registry = new NameResolverRegistry();
    registry.register(this);
    return Grpc.newChannelBuilder(
        "k8s:///echo.shop:grpc", InsecureChannelCredentials.create(), registry);
  }

  int lists() {
    return lists.get();
  }

  int errors() {
    return errors.get();
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public String getDefaultScheme() {
    return ours.getDefaultScheme();
  }

  @Override
  public NameResolver newNameResolver(URI uri, NameResolver.Args args) {
    return listening(ours.newNameResolver(uri, args));
  }

  @Override
  public NameResolver newNameResolver(io.grpc.Uri uri, NameResolver.Args args) {
    return listening(ours.newNameResolver(uri, args));
  }

  private NameResolver listening(NameResolver resolver) {
    return new NameResolver() {
      @Override
      public String getServiceAuthority() {
        return resolver.getServiceAuthority();
      }

      @Override
      public void start(Listener2 channel) {
        resolver.start(
            new Listener2() {
              @Override
              public void onResult(ResolutionResult result) {
                lists.incrementAndGet();
                channel.onResult(result);
              }

              @Override
              public Status onResult2(ResolutionResult result) {
                lists.incrementAndGet();
                return channel.onResult2(result);
              }

              @Override
              public void onError(Status error) {
                errors.incrementAndGet();
                channel.onError(error);
              }
            });
      }

      @Override
      public void refresh() {
        resolver.refresh();
      }

      @Override
      public void shutdown() {
        resolver.shutdown();
      }
    };
  }
}
