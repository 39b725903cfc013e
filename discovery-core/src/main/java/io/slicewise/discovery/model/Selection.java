package io.slicewise.discovery.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All known endpoints of a target with a verdict on each: in, with a share of the calls, or out,
 * with the reason. Immutable.
 */
public interface Selection {

  /** Nothing is known. */
  Selection EMPTY =
      new Selection() {
        @Override
        public List<Endpoint> endpoints() {
          return List.of();
        }

        @Override
        public List<Endpoint> eligible() {
          return List.of();
        }

        @Override
        public @Nullable OutReason out(int index) {
          throw new IndexOutOfBoundsException(index);
        }

        @Override
        public double weight(int index) {
          throw new IndexOutOfBoundsException(index);
        }

        @Override
        public double share(int index) {
          throw new IndexOutOfBoundsException(index);
        }
      };

  /** All endpoints, in or out, each address and port once. */
  List<Endpoint> endpoints();

  /** The endpoints that may be picked, in the same order. */
  List<Endpoint> eligible();

  /** Why the endpoint at {@code index} of {@link #endpoints()} is out, or null when it is in. */
  @Nullable OutReason out(int index);

  /** What the endpoint at {@code index} can take beside the others; 1 unless it was told. */
  double weight(int index);

  /**
   * The probability that the next pick is the endpoint at {@code index} of {@link #endpoints()}, if
   * no call is in flight. All shares add up to 1 unless nothing is eligible.
   */
  double share(int index);
}
