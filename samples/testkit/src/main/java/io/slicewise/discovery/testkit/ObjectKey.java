package io.slicewise.discovery.testkit;

import java.util.Comparator;

/** Namespace and name; the namespace is empty for an object of the whole cluster. */
record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }
}
