package io.slicewise.discovery.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code fieldSelector}; every type of object here has the same two fields to select by. */
record FieldSelector(List<Term> terms) {

  static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  private static final Pattern TERM = Pattern.compile("([A-Za-z.]+)(==|=|!=)(.*)");

  FieldSelector {
    terms = List.copyOf(terms);
  }

  /** {@code metadata.name=x} or {@code metadata.namespace!=y}. */
  record Term(boolean byName, boolean equal, String value) {

    boolean matches(ObjectKey key) {
      return (byName ? key.name() : key.namespace()).equals(value) == equal;
    }
  }

  boolean matches(ObjectKey key) {
    return terms.stream().allMatch(term -> term.matches(key));
  }

  static FieldSelector parse(String text) {
    if (text.isBlank()) {
      return EVERYTHING;
    }
    List<Term> terms = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = TERM.matcher(part.trim());
      if (!matcher.matches()) {
        throw ApiException.badRequest(
            "invalid selector: '" + text + "'; can't understand '" + part + "'");
      }
      String field = matcher.group(1);
      if (!field.equals("metadata.name") && !field.equals("metadata.namespace")) {
        throw ApiException.badRequest("field label not supported: " + field);
      }
      terms.add(
          new Term(
              field.equals("metadata.name"), !matcher.group(2).equals("!="), matcher.group(3)));
    }
    return new FieldSelector(terms);
  }
}
