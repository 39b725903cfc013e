package io.slicewise.discovery.testkit;

import org.jspecify.annotations.Nullable;

/** Which objects of one type a list or a watch is about. */
record Selection(@Nullable String namespace, LabelSelector labels, FieldSelector fields) {

  static final Selection EVERYTHING =
      new Selection(null, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);

  boolean matches(StoredObject object) {
    return (namespace == null || namespace.equals(object.key().namespace()))
        && fields.matches(object.key())
        && labels.matches(object.labels());
  }
}
