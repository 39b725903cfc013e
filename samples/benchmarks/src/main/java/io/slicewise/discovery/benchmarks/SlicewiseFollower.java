package io.slicewise.discovery.benchmarks;

import io.slicewise.discovery.ServiceDiscovery;
import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.kubernetes.ClusterConfig;
import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Ours, with its defaults but for the jitter that keeps many of them apart. */
final class SlicewiseFollower implements Follower {

  private final AtomicLong callbacks = new AtomicLong();
  private final ServiceDiscovery discovery;
  private final ServiceWatch watch;

  SlicewiseFollower(Path kubeconfig, Runnable onChange) throws Exception {
    discovery =
        ServiceDiscovery.builder()
            .cluster(ClusterConfig.kubeconfig(kubeconfig))
            .namespace(Fleet.NAMESPACE)
            .family(AddressType.IPV4)
            .connectJitter(Duration.ZERO)
            .build();
    watch = discovery.watch(Fleet.SERVICE + ":grpc");
    var unused = watch.whenSynced().get(30, TimeUnit.SECONDS);
    var subscription =
        watch.subscribe(
            view -> {
              callbacks.incrementAndGet();
              onChange.run();
            });
    assert subscription != null; // it ends with the watch
  }

  @Override
  public String pick() {
    return watch.pick().address();
  }

  @Override
  public List<String> addresses() {
    return watch.view().eligible().stream().map(Endpoint::address).toList();
  }

  @Override
  public long callbacks() {
    return callbacks.get();
  }

  @Override
  public void close() {
    watch.close();
    discovery.close();
  }
}
