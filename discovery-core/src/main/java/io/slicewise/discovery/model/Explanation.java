package io.slicewise.discovery.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why each address of a Service is picked or not, and what is wrong with the Service if anything
 * is.
 *
 * @param view the view that is explained
 * @param addresses every address of every slice, duplicates included, in the order of the slices
 * @param problems what is wrong and what to do about it, a line each; empty if nothing is
 */
public record Explanation(ServiceView view, List<Address> addresses, List<String> problems) {

  public Explanation {
    addresses = List.copyOf(addresses);
    problems = List.copyOf(problems);
  }

  /**
   * One address of one slice.
   *
   * @param slice the name of the slice that lists it
   * @param endpoint the endpoint
   * @param share the probability that it is picked next, 0 if it is out
   * @param out why it is out, or null if it is in
   * @param detail more about the reason; empty where there is nothing to add
   */
  public record Address(
      String slice, Endpoint endpoint, double share, @Nullable OutReason out, String detail) {}
}
