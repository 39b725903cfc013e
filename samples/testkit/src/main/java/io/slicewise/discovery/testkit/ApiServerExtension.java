package io.slicewise.discovery.testkit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test of a JUnit 5 class a server of its own, as an {@link EmbeddedApiServer}, {@link
 * Cluster} or {@link Faults} parameter.
 *
 * <p>{@code @ExtendWith(ApiServerExtension.class)} takes the defaults; a {@code @RegisterExtension}
 * field made with {@link #with} chooses.
 */
public final class ApiServerExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(ApiServerExtension.class);

  private final EmbeddedApiServer.Builder builder;

  public ApiServerExtension() {
    this(EmbeddedApiServer.builder());
  }

  private ApiServerExtension(EmbeddedApiServer.Builder builder) {
    this.builder = builder;
  }

  /** An extension whose servers are made by {@code builder}. */
  public static ApiServerExtension with(EmbeddedApiServer.Builder builder) {
    return new ApiServerExtension(builder);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    EmbeddedApiServer unused = server(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    EmbeddedApiServer server =
        context.getStore(NAMESPACE).remove(EmbeddedApiServer.class, EmbeddedApiServer.class);
    if (server != null) {
      server.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == EmbeddedApiServer.class || type == Cluster.class || type == Faults.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    EmbeddedApiServer server = server(context);
    if (type == Cluster.class) {
      return server.cluster();
    }
    return type == Faults.class ? server.faults() : server;
  }

  private EmbeddedApiServer server(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            EmbeddedApiServer.class, key -> builder.start(), EmbeddedApiServer.class);
  }
}
