package io.slicewise.discovery.spring.grpc;

import io.slicewise.discovery.model.ServiceTarget;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the Service that a channel of Spring gRPC goes to, if it goes to one. Thread safe. */
final class ChannelTargets {

  private static final Logger LOGGER = LoggerFactory.getLogger(ChannelTargets.class);
  private static final Pattern OURS = Pattern.compile("(?:k8s|kubernetes):(.*)");

  private final UnaryOperator<String> names;

  /**
   * Creates one.
   *
   * @param names turns the name of a channel into its target, and a target into itself
   */
  ChannelTargets(UnaryOperator<String> names) {
    this.names = names;
  }

  /**
   * Returns the Service, or null if the target is another's, or cannot be read: then the name
   * resolver says so to whoever calls.
   *
   * @param channel the name of a channel, or a target
   */
  @Nullable ServiceTarget find(String channel) {
    String target = names.apply(channel);
    Matcher ours = OURS.matcher(target);
    if (!ours.matches()) {
      return null;
    }
    try {
      return ServiceTarget.parse(ours.group(1).startsWith("//") ? target : ours.group(1));
    } catch (IllegalArgumentException e) {
      LOGGER.warn("channel {}: {}", channel, e.getMessage());
      return null;
    }
  }
}
