package io.slicewise.discovery.benchmarks;

import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.endpoint.DynamicEndpointGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A group of Armeria's that follows the ready endpoints of a Service by a fabric8 informer. */
final class InformedGroup implements AutoCloseable {

  private static final int PORT = 8080;

  private final Group group = new Group();
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final Fabric8Follower follower;

  /**
   * What the group told its listener.
   *
   * @param members how many endpoints there are
   * @param at when
   */
  private record Told(int members, long at) {}

  /** A group that can be filled from outside. */
  private static final class Group extends DynamicEndpointGroup {

    void set(List<String> addresses) {
      setEndpoints(addresses.stream().map(address -> Endpoint.of(address, PORT)).toList());
    }
  }

  InformedGroup(Path kubeconfig) throws Exception {
    Signal signal = new Signal();
    follower = new Fabric8Follower(kubeconfig, signal);
    group.addListener(
        members -> {
          boolean unused = told.add(new Told(members.size(), System.nanoTime()));
        });
    signal.begin(() -> group.set(follower.addresses()));
  }

  /** Waits until the group has so many members; returns when it told of that. */
  long awaitMembers(int count) throws InterruptedException {
    while (true) {
      Told next = told.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new IllegalStateException(group + " (expected: " + count + " members)");
      }
      if (next.members() == count) {
        return next.at();
      }
    }
  }

  boolean contains(String address) {
    return group.endpoints().stream().anyMatch(member -> member.host().equals(address));
  }

  @Override
  public void close() {
    follower.close();
    group.close();
  }

  /** Does nothing until it is told what to do; whatever was missed is then done once. */
  private static final class Signal implements Runnable {

    private volatile Runnable task = () -> {};

    void begin(Runnable first) {
      task = first;
      first.run();
    }

    @Override
    public void run() {
      task.run();
    }
  }
}
