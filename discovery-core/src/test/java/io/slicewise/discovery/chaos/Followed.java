package io.slicewise.discovery.chaos;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SyncState;
import java.util.HashSet;
import java.util.Set;

/** A watch, and what is sure of it. Thread safe. */
final class Followed {

  private final String name;
  private final Target target;
  private final ServiceWatch watch;
  private volatile long confirmedAt; // when it was seen to be right and not empty; 0 for never

  Followed(String name, Target target, ServiceWatch watch) {
    this.name = name;
    this.target = target;
    this.watch = watch;
  }

  Target target() {
    return target;
  }

  ServiceWatch watch() {
    return watch;
  }

  boolean matches(Truth truth) {
    ServiceView view = watch.view();
    return view.state() == SyncState.SYNCED
        && Identity.all(view.eligible()).equals(truth.eligible(target));
  }

  /** Notes that the view equals the truth. */
  void confirm(Truth truth) {
    if (!truth.eligible(target).isEmpty()) {
      confirmedAt = System.nanoTime();
    }
  }

  /**
   * Whether the view may not be empty at a time: it was seen with endpoints before, and there was
   * no moment since when nobody served the target.
   */
  boolean mustHaveEndpoints(Truth truth, long time) {
    long confirmed = confirmedAt;
    return confirmed != 0 && confirmed - time < 0 && truth.lastEmptyAt(target) - confirmed < 0;
  }

  void close() {
    confirmedAt = 0; // first: from now on picking fails
    watch.close();
  }

  /** Says how the view differs from the truth. */
  String difference(Truth truth) {
    ServiceView view = watch.view();
    Set<Identity> there = Identity.all(view.eligible());
    Set<Identity> missing = new HashSet<>(truth.eligible(target));
    Set<Identity> extra = new HashSet<>(there);
    extra.removeAll(missing);
    missing.removeAll(there);
    return String.format(
        "%s: %s, version %s, problem %s; missing %s, too many %s",
        this, view.summary(), view.resourceVersion(), view.problem(), missing, extra);
  }

  @Override
  public String toString() {
    return name + " " + target;
  }
}
