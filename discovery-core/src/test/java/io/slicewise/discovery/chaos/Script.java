package io.slicewise.discovery.chaos;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what happens next. */
@FunctionalInterface
interface Script {

  /** The next operation, or null at the end. */
  @Nullable Operation next(Truth truth);

  /** One that was written before. */
  static Script of(List<Operation> operations) {
    Iterator<Operation> left = operations.iterator();
    return truth -> left.hasNext() ? left.next() : null;
  }
}
