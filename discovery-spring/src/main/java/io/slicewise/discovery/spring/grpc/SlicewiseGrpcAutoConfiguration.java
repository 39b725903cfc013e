package io.slicewise.discovery.spring.grpc;

import io.grpc.ManagedChannelBuilder;
import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.grpc.SlicewiseGrpc;
import io.slicewise.discovery.spring.ServiceWatches;
import io.slicewise.discovery.spring.SlicewiseAutoConfiguration;
import io.slicewise.discovery.spring.SlicewiseProperties;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientDefaultServiceConfigCustomizer;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.VirtualTargets;

/** Channels of Spring gRPC to {@code k8s:///…} share the application's streams and settings. */
@AutoConfiguration(
    after = SlicewiseAutoConfiguration.class,
    before = GrpcClientAutoConfiguration.class)
@ConditionalOnClass({
  ManagedChannelBuilder.class,
  GrpcChannelBuilderCustomizer.class,
  SlicewiseGrpc.class
})
@ConditionalOnBooleanProperty(name = "slicewise.grpc.enabled", matchIfMissing = true)
@ConditionalOnBean(ServiceWatches.class)
public final class SlicewiseGrpcAutoConfiguration {

  @Bean
  SliceChannels<?> slicewiseChannels(
      ServiceDiscovery discovery,
      ServiceWatches watches,
      SlicewiseProperties properties,
      ChannelTargets targets) {
    return new SliceChannels<>(discovery, watches, properties, targets);
  }

  /** Spring Boot's channels have names, and service configs that are put together. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(GrpcClientProperties.class)
  static class Boot {

    @Bean
    ChannelTargets slicewiseChannelTargets(
        ObjectProvider<GrpcClientProperties> client, Environment environment) {
      return new ChannelTargets(
          name -> {
            GrpcClientProperties properties = client.getIfAvailable();
            GrpcClientProperties.Channel channel =
                properties == null ? null : properties.getChannel().get(name);
            return environment.resolvePlaceholders(channel == null ? name : channel.getTarget());
          });
    }

    /** An application's own choice of a load balancer stays. */
    @Bean
    GrpcClientDefaultServiceConfigCustomizer slicewiseServiceConfig(SliceChannels<?> channels) {
      return (channel, config) -> {
        Map<String, Object> ours = channels.serviceConfig(channel);
        if (ours != null && !config.containsKey("loadBalancingPolicy")) {
          ours.forEach(config::putIfAbsent);
        }
      };
    }
  }

  /** Spring gRPC without Boot's client module. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass(
      "org.springframework.boot.grpc.client.autoconfigure.GrpcClientProperties")
  static class Core {

    @Bean
    ChannelTargets slicewiseChannelTargets(ObjectProvider<VirtualTargets> virtual) {
      VirtualTargets targets = virtual.getIfAvailable(() -> VirtualTargets.DEFAULT);
      UnaryOperator<String> names = targets::getTarget;
      return new ChannelTargets(names);
    }
  }
}
