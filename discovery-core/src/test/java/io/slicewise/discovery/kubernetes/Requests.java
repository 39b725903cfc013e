package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceRequest.Content;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The requests that tests make, in the namespace {@code shop}. */
final class Requests {

  private static final Duration TIMEOUT = Duration.ofSeconds(300);

  private Requests() {}

  static SliceRequest list(String... services) {
    return new SliceRequest(Kind.LIST, "shop", set(services), Content.SLICES, "", 0, null, TIMEOUT);
  }

  static SliceRequest page(int limit, String continueToken, String... services) {
    String token = continueToken.isEmpty() ? null : continueToken;
    return new SliceRequest(
        Kind.LIST, "shop", set(services), Content.SLICES, "", limit, token, TIMEOUT);
  }

  static SliceRequest watch(String resourceVersion, String... services) {
    return new SliceRequest(
        Kind.WATCH, "shop", set(services), Content.SLICES, resourceVersion, 0, null, TIMEOUT);
  }

  static SliceRequest watchList(String... services) {
    return new SliceRequest(
        Kind.WATCH_LIST, "shop", set(services), Content.SLICES, "", 0, null, TIMEOUT);
  }

  static SliceRequest metadata(Kind kind) {
    return new SliceRequest(kind, "shop", set(), Content.METADATA, "", 0, null, TIMEOUT);
  }

  private static SortedSet<String> set(String... services) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(List.of(services)));
  }
}
