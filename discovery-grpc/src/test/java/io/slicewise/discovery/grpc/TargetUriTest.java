package io.slicewise.discovery.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ChannelLogger;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.ProxyDetector;
import io.grpc.SynchronizationContext;
import io.slicewise.discovery.model.ServiceTarget;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to write a target, by both kinds of URI, and what is refused. */
class TargetUriTest {

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  private static ServiceTarget parse(URI uri) {
    String path = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
    return TargetUri.parse(uri.toString(), uri.getAuthority(), path, uri.getRawQuery());
  }

  private static ServiceTarget parse(io.grpc.Uri uri) {
    return TargetUri.parse(uri.toString(), uri.getAuthority(), uri.getPath(), uri.getRawQuery());
  }

  @ParameterizedTest
  @CsvSource({
    "k8s:///checkout, checkout",
    "k8s:///checkout:grpc, checkout:grpc",
    "k8s:///checkout:8080, checkout:8080",
    "k8s:///checkout.shop, checkout.shop",
    "k8s:///checkout.shop:grpc, checkout.shop:grpc",
    "k8s:///checkout.shop:8080, checkout.shop:8080",
    "k8s:///checkout.shop.svc:grpc, checkout.shop:grpc",
    "k8s:///checkout.shop.svc.cluster.local:8080, checkout.shop:8080",
    "k8s:///pod-0.checkout.shop:grpc, pod-0.checkout.shop:grpc",
    "k8s:checkout.shop:grpc, checkout.shop:grpc",
    "k8s:///shop/checkout:grpc, checkout.shop:grpc",
    "k8s:///shop/checkout, checkout.shop",
    "k8s://shop/checkout:grpc, checkout.shop:grpc",
    "k8s://shop/checkout:8080, checkout.shop:8080",
    "k8s://shop/checkout, checkout.shop",
    "k8s://shop/checkout.shop:grpc, checkout.shop:grpc",
    "kubernetes:///checkout.shop:8080, checkout.shop:8080",
    "kubernetes:///checkout.shop.svc.cluster.local:8080, checkout.shop:8080",
    "kubernetes://shop/checkout:8080, checkout.shop:8080",
    "kubernetes://checkout.shop:8080/, checkout.shop:8080",
    "kubernetes://checkout.shop.svc.cluster.local:8080/, checkout.shop:8080",
    "kubernetes://checkout:8080/, checkout:8080",
    "kubernetes://checkout.shop:8080, checkout.shop:8080"
  })
  void allSpellingsMeanTheSameByBothKindsOfUri(String uri, String target) throws Exception {
    assertThat(parse(URI.create(uri))).isEqualTo(ServiceTarget.parse(target));
    assertThat(parse(io.grpc.Uri.parse(uri))).isEqualTo(ServiceTarget.parse(target));
  }

  @Test
  void aPortNameMayStandInTheAuthorityWhereTheUriAllowsIt() {
    assertThat(parse(URI.create("k8s://checkout.shop:grpc/")))
        .isEqualTo(ServiceTarget.parse("checkout.shop:grpc"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k8s:///",
        "k8s:///a/b/c",
        "k8s:///Checkout",
        "k8s:///checkout:",
        "k8s:///checkout:99999",
        "k8s://shop.x/checkout",
        "k8s://shop/checkout.other:grpc",
        "k8s:///checkout?zone=a"
      })
  void refusesWhatIsNoTargetAndSaysHowToWriteOne(String uri) {
    assertThatThrownBy(() -> parse(URI.create(uri)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "target: "
                + uri
                + " (expected: k8s:///service.namespace:port, or the namespace before a slash): ");
  }

  @Test
  void providersAreFoundAndLeaveOtherSchemesAlone() {
    NameResolver.Args args =
        NameResolver.Args.newBuilder()
            .setDefaultPort(443)
            .setProxyDetector(
                new ProxyDetector() {
                  @Override
                  public io.grpc.ProxiedSocketAddress proxyFor(java.net.SocketAddress target) {
                    return null;
                  }
                })
            .setSynchronizationContext(new SynchronizationContext((thread, failure) -> {}))
            .setScheduledExecutorService(timer)
            .setServiceConfigParser(
                new NameResolver.ServiceConfigParser() {
                  @Override
                  public NameResolver.ConfigOrError parseServiceConfig(
                      java.util.Map<String, ?> json) {
                    throw new AssertionError("not asked for");
                  }
                })
            .setChannelLogger(
                new ChannelLogger() {
                  @Override
                  public void log(ChannelLogLevel level, String message) {}

                  @Override
                  public void log(ChannelLogLevel level, String format, Object... arguments) {}
                })
            .build();
    List<NameResolverProvider> providers =
        List.of(new K8sNameResolverProvider(), new KubernetesNameResolverProvider());

    for (NameResolverProvider provider : providers) {
      String scheme = provider.getDefaultScheme();
      NameResolver resolver =
          provider.newNameResolver(URI.create(scheme + ":///checkout.shop:grpc"), args);
      assertThat(resolver.getServiceAuthority()).isEqualTo("checkout.shop.svc");
      assertThat(provider.newNameResolver(URI.create("dns:///checkout.shop"), args)).isNull();
    }
    assertThat(java.util.ServiceLoader.load(NameResolverProvider.class))
        .hasAtLeastOneElementOfType(K8sNameResolverProvider.class)
        .hasAtLeastOneElementOfType(KubernetesNameResolverProvider.class);
  }
}
