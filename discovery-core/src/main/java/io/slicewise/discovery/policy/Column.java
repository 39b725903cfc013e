package io.slicewise.discovery.policy;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * One object for each slice of a Service, in the order of the slices' names. Immutable. Columns of
 * the same slices stand beside each other like those of a table, and each is compared with what it
 * was before by {@link Stretch}.
 *
 * @param <T> what each slice has; nobody changes one
 */
public final class Column<T> extends AbstractList<T> implements RandomAccess {

  final Object[] rows;

  /** Creates a column of an array that nobody else has; all in it are of the column's type. */
  Column(Object[] rows) {
    this.rows = rows;
  }

  /** Returns the column of a Service without slices. */
  public static <T> Column<T> empty() {
    return of(List.of());
  }

  /** Returns a column with a copy of a list. */
  public static <T> Column<T> of(List<? extends T> list) {
    return new Column<>(list.toArray());
  }

  @Override
  @SuppressWarnings("unchecked") // as the constructors are told
  public T get(int row) {
    return (T) rows[row];
  }

  @Override
  public int size() {
    return rows.length;
  }
}
