package io.slicewise.discovery.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where two columns differ: what is before it and what is behind it are the very same objects in
 * both. Finding it compares references and reads none of the objects, because thousands of them
 * have left the processor's caches since they were needed last.
 *
 * @param start the index of the first row that differs, in both columns
 * @param oldEnd the index behind the last one that differs, in the old column
 * @param newEnd the same in the new column
 */
public record Stretch(int start, int oldEnd, int newEnd) {

  /**
   * What a slice has in the old column and in the new one.
   *
   * @param before null for a slice that is new
   * @param after null for one that has gone
   */
  public record Pair<A, B>(@Nullable A before, @Nullable B after) {}

  /** Compares a column with the one that takes its place. */
  public static Stretch between(Column<?> before, Column<?> after) {
    Object[] old = before.rows;
    Object[] now = after.rows;
    int shorter = Math.min(old.length, now.length);
    int start = 0;
    while (start < shorter && old[start] == now[start]) {
      start++;
    }
    int behind = 0;
    while (behind < shorter - start
        && old[old.length - 1 - behind] == now[now.length - 1 - behind]) {
      behind++;
    }
    return new Stretch(start, old.length - behind, now.length - behind);
  }

  /** Returns the stretch that is the whole of two columns. */
  public static Stretch all(Column<?> before, Column<?> after) {
    return new Stretch(0, before.size(), after.size());
  }

  /** Returns the rows that differ, of the old column or of one beside it; no copy. */
  public <T> List<T> before(Column<T> column) {
    return column.subList(start, oldEnd);
  }

  /** Returns the rows that differ, of the new column or of one beside it; no copy. */
  public <T> List<T> after(Column<T> column) {
    return column.subList(start, newEnd);
  }

  /**
   * Pairs the rows that differ by the names of their slices, in the order of these.
   *
   * @param before the old column, or one beside it
   * @param oldName the name of the slice of a row of that
   * @param after the new column, or one beside it
   * @param newName the name of the slice of a row of that
   */
  public <A, B> List<Pair<A, B>> pairs(
      Column<A> before,
      Function<? super A, String> oldName,
      Column<B> after,
      Function<? super B, String> newName) {
    List<A> old = before(before);
    List<Pair<A, B>> pairs = new ArrayList<>();
    int next = 0;
    for (B row : after(after)) {
      String name = newName.apply(row);
      while (next < old.size() && oldName.apply(old.get(next)).compareTo(name) < 0) {
        pairs.add(new Pair<>(old.get(next++), null));
      }
      boolean known = next < old.size() && oldName.apply(old.get(next)).equals(name);
      pairs.add(new Pair<>(known ? old.get(next++) : null, row));
    }
    old.subList(next, old.size()).forEach(gone -> pairs.add(new Pair<>(gone, null)));
    return pairs;
  }

  /**
   * Returns a column to stand beside the new one: one beside the old one with other rows in the
   * place of those that differ.
   *
   * @param fresh a row for each that differs in the new column
   */
  public <T> Column<T> replace(Column<T> before, List<? extends T> fresh) {
    Object[] rows = new Object[before.size() - oldEnd + newEnd];
    System.arraycopy(before.rows, 0, rows, 0, start);
    System.arraycopy(before.rows, oldEnd, rows, newEnd, before.size() - oldEnd);
    for (int i = start; i < newEnd; i++) {
      rows[i] = fresh.get(i - start);
    }
    return new Column<>(rows);
  }
}
