package io.slicewise.discovery.contract;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The contract on a real API server, that of the current context of the kubeconfig which {@code
 * SLICEWISE_KUBECONFIG} names. It needs to create and delete a namespace and EndpointSlices in it.
 */
@EnabledIfEnvironmentVariable(named = "SLICEWISE_KUBECONFIG", matches = ".+")
final class RealServerContractTest extends SliceSourceContract {

  @Override
  Path kubeconfig() {
    return Path.of(System.getenv("SLICEWISE_KUBECONFIG"));
  }
}
