package io.slicewise.discovery.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StretchTest {

  @ParameterizedTest(
      name = "{0} becomes {1}: from {2}, to {3} of the old one and {4} of the new one")
  @CsvSource({
    "abcde, abcde, 5, 5, 5",
    "abcde, abXde, 2, 3, 3",
    "abcde, Xbcde, 0, 1, 1",
    "abcde, abcdX, 4, 5, 5",
    "abcde, abXcde, 2, 2, 3",
    "abcde, abde, 2, 3, 2",
    "abcde, XbcdY, 0, 5, 5",
    "abcde, abcdeX, 5, 5, 6",
    "aaaa, aaa, 3, 4, 3",
    "aaa, aaaa, 3, 3, 4",
    "abcde, '', 0, 5, 0",
    "'', abc, 0, 0, 3",
    "'', '', 0, 0, 0"
  })
  void isWhatLiesBetweenTheSameRows(String old, String now, int start, int oldEnd, int newEnd) {
    assertThat(Stretch.between(column(old), column(now)))
        .isEqualTo(new Stretch(start, oldEnd, newEnd));
  }

  @Test
  void rowsThatAreEqualAndNotTheSameDiffer() {
    Column<String> old = Column.of(List.of("a", new String("b"), "c"));
    Column<String> now = Column.of(List.of("a", new String("b"), "c"));

    assertThat(Stretch.between(old, now)).isEqualTo(new Stretch(1, 2, 2));
  }

  @Test
  void aColumnBesideTheOldOneBecomesOneBesideTheNewOne() {
    Random random = new Random(20261122);
    for (int round = 0; round < 10_000; round++) {
      List<String> rows = rows(random, random.nextInt(7));
      List<String> changed = rows(random, random.nextInt(7));
      Column<String> old = Column.of(rows);
      Column<String> now = Column.of(changed);
      Column<String> beside = Column.of(rows.stream().map(row -> row + "'").toList());
      Stretch stretch = Stretch.between(old, now);

      List<String> fresh = stretch.after(now).stream().map(row -> row + "'").toList();

      assertThat(stretch.replace(beside, fresh))
          .as("%s becomes %s by %s", rows, changed, stretch)
          .isEqualTo(changed.stream().map(row -> row + "'").toList());
      assertThat(stretch.replace(old, stretch.after(now))).isEqualTo(now);
      assertThat(stretch.before(old)).hasSize(stretch.oldEnd() - stretch.start());
      assertThat(beside).isEqualTo(rows.stream().map(row -> row + "'").toList());
    }
  }

  /** Rows are a slice's letter and a version of it. */
  @Test
  void pairsWhatIsOfTheSameSlice() {
    Random random = new Random(22);
    for (int round = 0; round < 10_000; round++) {
      Column<String> old = Column.of(slices(random));
      Column<String> now = Column.of(slices(random));
      Stretch stretch = Stretch.between(old, now);

      List<Stretch.Pair<String, String>> pairs =
          stretch.pairs(old, StretchTest::slice, now, StretchTest::slice);

      assertThat(pairs)
          .as("%s becomes %s by %s", old, now, stretch)
          .allMatch(pair -> pair.before() != null || pair.after() != null)
          .isSortedAccordingTo(Comparator.comparing(StretchTest::slice));
      assertThat(pairs).extracting(StretchTest::slice).doesNotHaveDuplicates();
      assertThat(pairs.stream().map(Stretch.Pair::before).filter(Objects::nonNull))
          .containsExactlyElementsOf(stretch.before(old));
      assertThat(pairs.stream().map(Stretch.Pair::after).filter(Objects::nonNull))
          .containsExactlyElementsOf(stretch.after(now));
      assertThat(pairs)
          .allMatch(
              pair ->
                  pair.before() == null
                      || pair.after() == null
                      || slice(pair.before()).equals(slice(pair.after())));
    }
  }

  private static List<String> slices(Random random) {
    List<String> rows = new ArrayList<>();
    for (char slice = 'a'; slice <= 'f'; slice++) {
      if (random.nextInt(4) > 0) {
        rows.add((slice + "" + random.nextInt(2)).intern());
      }
    }
    return rows;
  }

  private static String slice(String row) {
    return row.substring(0, 1);
  }

  private static String slice(Stretch.Pair<String, String> pair) {
    String before = pair.before();
    return slice(before == null ? Objects.requireNonNull(pair.after()) : before);
  }

  /** Few letters, so that many rows are the same. */
  private static List<String> rows(Random random, int count) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(String.valueOf((char) ('a' + random.nextInt(3))).intern());
    }
    return rows;
  }

  private static Column<String> column(String letters) {
    return Column.of(letters.chars().mapToObj(c -> String.valueOf((char) c).intern()).toList());
  }
}
