package io.slicewise.discovery.policy;

import io.slicewise.discovery.model.Endpoint;
import io.slicewise.discovery.model.EndpointSlice;
import java.util.List;

/**
 * The endpoints of a target, each place once, grouped by the slices that list them.
 *
 * @param parts what each slice adds
 */
public record Candidates(Column<Part> parts) {

  /** Nothing at all. */
  public static final Candidates NONE = new Candidates(List.of());

  /**
   * Creates candidates.
   *
   * @param parts what each slice adds, in the order of the slices' names
   */
  public Candidates(List<Part> parts) {
    this(Column.of(parts));
  }

  /**
   * What one slice adds. The same instance in a later set of candidates means that nothing about it
   * has changed: all that is worked out from it is kept by that.
   */
  public static final class Part {
    private final EndpointSlice slice;
    private final List<Endpoint> endpoints;

    /** Creates a part that is told from every other one. */
    public Part(EndpointSlice slice, List<Endpoint> endpoints) {
      this.slice = slice;
      this.endpoints = List.copyOf(endpoints);
    }

    /** The slice. */
    public EndpointSlice slice() {
      return slice;
    }

    /** The slice's name. */
    public String name() {
      return slice.name();
    }

    /** Its endpoints; those that another slice also lists, and that count there, are missing. */
    public List<Endpoint> endpoints() {
      return endpoints;
    }
  }
}
