package io.slicewise.discovery.benchmarks.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.Hints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HintingTest {

  private static List<Pod> pods(int... counts) {
    List<Pod> pods = new ArrayList<>();
    for (int zone = 0; zone < counts.length; zone++) {
      for (int i = 0; i < counts[zone]; i++) {
        pods.add(new Pod(pods.size(), "abcd".substring(zone, zone + 1), Pod.READY));
      }
    }
    return pods;
  }

  private static List<Hints> auto(List<Pod> pods, int zones) {
    TreeSet<String> names = new TreeSet<>(List.of("a", "b", "c", "d").subList(0, zones));
    return Hinting.AUTO.hints(pods, names);
  }

  private static Map<String, Integer> count(List<Hints> hints) {
    Map<String, Integer> counts = new TreeMap<>();
    hints.forEach(each -> each.forZones().forEach(zone -> counts.merge(zone, 1, Integer::sum)));
    return counts;
  }

  /** Endpoints spread evenly; the numbers at which the controller refuses are known. */
  private static List<Integer> refused(int zones) {
    return IntStream.rangeClosed(1, 30)
        .filter(
            many -> {
              int[] counts = new int[zones];
              IntStream.range(0, many).forEach(i -> counts[i % zones]++);
              return count(auto(pods(counts), zones)).isEmpty();
            })
        .boxed()
        .toList();
  }

  @Test
  void autoRefusesTheNumbersThatKubernetesRefuses() {
    assertThat(refused(2)).containsExactly(1, 3, 5);
    assertThat(refused(3)).containsExactly(1, 2, 4, 5, 8, 11);
    assertThat(refused(4)).containsExactly(1, 2, 3, 5, 6, 7, 10, 11, 15);
  }

  @Test
  void autoLendsWhatAZoneHasTooMany() {
    List<Pod> pods = pods(10, 10, 2);

    List<Hints> hints = auto(pods, 3);

    assertThat(count(hints)).isEqualTo(Map.of("a", 7, "b", 8, "c", 7));
    assertThat(hints.subList(20, 22)).allMatch(each -> each.forZones().equals(List.of("c")));
  }

  @Test
  void autoKeepsEveryPodInItsZoneWhereThatIsFair() {
    List<Pod> pods = pods(10, 10, 10);

    assertThat(auto(pods, 3)).isEqualTo(Hinting.SAME_ZONE.hints(pods, new TreeSet<>()));
  }

  @Test
  void unreadyPodsHaveNoHints() {
    List<Pod> pods = pods(4, 4, 4);
    pods.get(0).become(Pod.UNREADY);
    TreeSet<String> zones = new TreeSet<>(List.of("a", "b", "c"));

    assertThat(Hinting.SAME_ZONE.hints(pods, zones).get(0)).isEqualTo(Hints.NONE);
    assertThat(count(Hinting.SAME_ZONE.hints(pods, zones)))
        .isEqualTo(Map.of("a", 3, "b", 4, "c", 4));
    assertThat(Hinting.NONE.hints(pods, zones)).containsOnly(Hints.NONE);
  }
}
