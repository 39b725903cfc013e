package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.OutReason;
import io.slicewise.discovery.policy.ZoneMembers.Group;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The word on the endpoints of one slice. Nobody writes the array.
 *
 * @param screened the endpoints
 * @param outs why each is out, null where one is in; null if all are
 * @param groups those that are in, by their zones
 */
record Judged(Screening.Part screened, @Nullable OutReason @Nullable [] outs, List<Group> groups) {

  String slice() {
    return screened.slice();
  }

  List<Endpoint> endpoints() {
    return screened.candidates().endpoints();
  }

  @Nullable OutReason out(int index) {
    return outs == null ? null : outs[index];
  }

  @Nullable Group groupOf(String zone) {
    for (Group group : groups) {
      if (group.zone().equals(zone)) {
        return group;
      }
    }
    return null;
  }
}
