package io.slicewise.discovery.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The index of places against a plain list that says the same slowly. */
class PlaceIndexTest {

  private static Endpoint endpoint(int host, int pod) {
    SliceEndpoint source =
        new SliceEndpoint(
            "10.0.0." + host,
            Conditions.of(true, true, false),
            null,
            null,
            null,
            null,
            0,
            pod,
            Hints.NONE);
    return Endpoint.of(source, AddressType.IPV4, 8080);
  }

  @Property(tries = 200)
  void agreesWithAListThroughAnySequenceOfAddsAndRemovals(@ForAll long seed) {
    Random random = new Random(seed);
    PlaceIndex index = new PlaceIndex();
    List<Endpoint> list = new ArrayList<>();
    int hosts = 1 + random.nextInt(200);
    for (int step = 0; step < 600; step++) {
      boolean grow = random.nextInt(100) < (step < 300 ? 70 : 30);
      if (grow || list.isEmpty()) {
        boolean again = !list.isEmpty() && random.nextInt(5) == 0;
        Endpoint endpoint =
            again
                ? list.get(random.nextInt(list.size()))
                : endpoint(random.nextInt(hosts), 1 + random.nextInt(3));
        list.add(endpoint);
        index.add(endpoint);
      } else {
        index.remove(list.remove(random.nextInt(list.size())));
      }
      assertThat(index.duplicates()).isEqualTo(list.size() - places(list));
      Endpoint like = endpoint(random.nextInt(hosts), 1 + random.nextInt(3));
      assertThat(index.find(like.source(), like.port()) != null).isEqualTo(list.contains(like));
    }
    list.forEach(index::remove);
    assertThat(index.duplicates()).isZero();
  }

  private static int places(List<Endpoint> list) {
    Map<String, Integer> places = new HashMap<>();
    list.forEach(endpoint -> places.merge(endpoint.authority(), 1, Integer::sum));
    return places.size();
  }

  @Example
  void findsOnlyTheSamePodAtTheSamePlace() {
    PlaceIndex index = new PlaceIndex();
    Endpoint one = endpoint(1, 1);
    index.add(one);

    assertThat(find(index, endpoint(1, 1))).isSameAs(one);
    assertThat(find(index, endpoint(1, 2))).isNull();
    assertThat(find(index, endpoint(2, 1))).isNull();
  }

  @Example
  void removesNothingButTheVeryInstance() {
    PlaceIndex index = new PlaceIndex();
    index.add(endpoint(1, 1));

    assertThatThrownBy(() -> index.remove(endpoint(1, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected: one that was added");
  }

  private static Endpoint find(PlaceIndex index, Endpoint like) {
    return index.find(like.source(), like.port());
  }
}
