package io.slicewise.discovery.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

/** Whether a native image can write what the endpoint and health answer. */
class NativeHintsTest {

  private static RuntimeHints hintsOf(Class<?> type) {
    RuntimeHints hints = new RuntimeHints();
    new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, type);
    return hints;
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        SlicewiseEndpoint.Overview.class,
        SlicewiseEndpoint.Verdicts.class,
        WatchReport.class,
        AddressReport.class,
        EndpointCounts.class,
        RoutingReport.class,
        RoutingReport.Zone.class,
        StreamReport.class
      })
  void theEndpointsAnswersCanBeRead(Class<?> type) {
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(type)
                .withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS))
        .accepts(hintsOf(SlicewiseEndpoint.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"eligible", "ready", "servingTerminating", "notReady", "ejected"})
  void theDetailsOfHealthCanBeRead(String key) {
    assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(EndpointCounts.class, key))
        .accepts(hintsOf(SlicewiseHealthAutoConfiguration.class));
  }
}
