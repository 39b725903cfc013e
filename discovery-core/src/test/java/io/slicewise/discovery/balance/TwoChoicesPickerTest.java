package io.slicewise.discovery.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.Conditions;
import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint is picked, bit by bit. */
class TwoChoicesPickerTest {

  static List<Endpoint> endpoints(int count) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SliceEndpoint source =
          new SliceEndpoint(
              "10.0.0." + i,
              Conditions.of(true, true, false),
              null,
              null,
              null,
              null,
              0,
              i,
              Hints.NONE);
      endpoints.add(Endpoint.of(source, AddressType.IPV4, 8080));
    }
    return endpoints;
  }

  private static Picker<Endpoint> picker(List<Endpoint> endpoints, RandomSource random) {
    return PickStrategy.TWO_CHOICES.picker(endpoints.toArray(Endpoint[]::new), null, random);
  }

  private static RandomSource bits(long... bits) {
    PrimitiveIterator.OfLong next = LongStream.of(bits).iterator();
    return next::nextLong;
  }

  /** Bits that draw {@code one} of {@code count} first and {@code two} of the others second. */
  private static long draw(int one, int two, int count) {
    long high = ((long) one << 32) / count + 1;
    long low = ((long) two << 32) / (count - 1) + 1;
    return high << 32 | low;
  }

  @ParameterizedTest
  @CsvSource({
    // first drawn, second drawn among the others, in flight at 0 1 2 3, picked
    "0, 0, '0 0 0 0', 0", // 0 against 1: a tie goes to the first
    "0, 0, '1 0 0 0', 1",
    "0, 2, '1 0 0 0', 3",
    "3, 0, '0 0 0 0', 3",
    "3, 0, '0 0 0 1', 0",
    "3, 2, '0 0 0 1', 2",
    "2, 2, '0 0 1 0', 3", // the second of the others, without 2, is 3
    "1, 0, '5 6 0 0', 0", // the best of all is not among the two
  })
  void takesTheOneOfTwoWithFewerCallsInFlight(int one, int two, String inFlight, int picked) {
    List<Endpoint> endpoints = endpoints(4);
    int[] calls = Arrays.stream(inFlight.split(" ")).mapToInt(Integer::parseInt).toArray();
    for (int i = 0; i < calls.length; i++) {
      for (int call = 0; call < calls[i]; call++) {
        endpoints.get(i).load().start();
      }
    }

    Picker<Endpoint> picker = picker(endpoints, bits(draw(one, two, 4)));

    assertThat(picker.pick()).isSameAs(endpoints.get(picked));
  }

  @Test
  void givesTheSameSequenceForTheSameSeed() {
    List<Endpoint> endpoints = endpoints(5);
    SplittableRandom random = new SplittableRandom(1);
    Picker<Endpoint> picker = picker(endpoints, random::nextLong);
    SplittableRandom again = new SplittableRandom(1);

    for (int i = 0; i < 1_000; i++) {
      int expected = (int) ((again.nextLong() >>> 32) * 5 >>> 32);
      assertThat(picker.pick()).isSameAs(endpoints.get(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 1_000})
  void neverComparesAnEndpointWithItself(int count) {
    List<Endpoint> endpoints = endpoints(count);
    SplittableRandom random = new SplittableRandom(2);
    // Everybody is busy but one: whoever is drawn first, an idle second one would win.
    for (Endpoint endpoint : endpoints) {
      endpoint.load().start();
    }
    for (int i = 0; i < 20_000; i++) {
      long drawn = random.nextLong();
      Endpoint first = picker(endpoints, bits(drawn)).pick();
      int age = first.load().start();
      Endpoint second = picker(endpoints, bits(drawn)).pick();
      first.load().finish(age);
      assertThat(second).isNotSameAs(first);
    }
  }

  @Test
  void drawsTheLastEndpointWithTheHighestBits() {
    List<Endpoint> endpoints = endpoints(3);

    assertThat(picker(endpoints, bits(-1L)).pick()).isSameAs(endpoints.get(2));
    assertThat(picker(endpoints, bits(0L)).pick()).isSameAs(endpoints.get(0));
  }

  @Test
  void takesTheOnlyEndpointWhateverIsDrawnAndHoweverBusyItIs() {
    List<Endpoint> endpoints = endpoints(1);
    endpoints.get(0).load().addPhantoms(3);

    assertThat(picker(endpoints, bits(-1L)).pick()).isSameAs(endpoints.get(0));
    assertThat(picker(endpoints, bits(0L)).pick()).isSameAs(endpoints.get(0));
  }

  @Test
  void isUniformWhileNobodyIsBusy() {
    int count = 10;
    int picks = 200_000;
    List<Endpoint> endpoints = endpoints(count);
    SplittableRandom random = new SplittableRandom(3);
    Picker<Endpoint> picker = picker(endpoints, random::nextLong);
    int[] hits = new int[count];
    for (int i = 0; i < picks; i++) {
      hits[endpoints.indexOf(picker.pick())]++;
    }

    double expected = (double) picks / count;
    double chiSquare = 0;
    for (int hit : hits) {
      chiSquare += (hit - expected) * (hit - expected) / expected;
    }
    assertThat(chiSquare).isLessThan(27.9); // nine degrees of freedom, p = 0.001; the seed is fixed
  }

  @Test
  void keepsCallsInFlightFarMoreEvenThanChanceDoes() {
    List<Endpoint> endpoints = endpoints(100);
    SplittableRandom random = new SplittableRandom(4);
    Picker<Endpoint> picker = picker(endpoints, random::nextLong);
    for (int i = 0; i < 10_000; i++) {
      picker.pick().load().start();
    }

    // Chance alone gives a maximum of about 130 at a mean of 100.
    assertThat(endpoints).allSatisfy(e -> assertThat(e.load().inFlight()).isBetween(95, 105));
  }

  @Test
  void needsAnEndpoint() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> picker(List.of(), bits()))
        .withMessage("endpoints: [] (expected: at least one)");
  }
}
