package io.slicewise.discovery.benchmarks;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.info.GraphPathRecord;

/**
 * The bytes that everything reachable from some objects takes, by what they are for: texts and
 * arrays by the field that holds them, all else by class. Counted by walking, not estimated.
 *
 * @param total all bytes
 * @param byUse the bytes of each use, the largest first
 */
record HeapBreakdown(long total, Map<String, Long> byUse) {

  static HeapBreakdown of(Object... roots) {
    GraphLayout layout = GraphLayout.parseInstance(roots);
    Map<String, Long> byUse = new TreeMap<>();
    long total = 0;
    for (long address : layout.addresses()) {
      GraphPathRecord object = layout.record(address);
      total += object.size();
      byUse.merge(use(object.klass(), object.path()), object.size(), Long::sum);
    }
    return new HeapBreakdown(total, byUse);
  }

  private static String use(Class<?> type, String path) {
    if (type == String.class || type == byte[].class) {
      String holder = type == String.class ? path : path.replaceFirst("\\.value$", "");
      return "text " + lastFields(holder, 1);
    }
    return type.isArray() ? type.getSimpleName() + " " + lastFields(path, 2) : type.getSimpleName();
  }

  private static String lastFields(String path, int count) {
    String[] fields = path.replaceAll("\\[\\d+]", "").split("\\.", -1);
    StringBuilder last = new StringBuilder();
    for (int i = Math.max(0, fields.length - count); i < fields.length; i++) {
      last.append(last.isEmpty() ? "" : ".").append(fields[i]);
    }
    return last.toString();
  }

  /** Returns what this has beyond the other, uses of less than {@code least} bytes together. */
  HeapBreakdown minus(HeapBreakdown other, long least) {
    Map<String, Long> more = new TreeMap<>();
    byUse.forEach(
        (use, bytes) -> {
          long extra = bytes - other.byUse.getOrDefault(use, 0L);
          more.merge(Math.abs(extra) < least ? "all else" : use, extra, Long::sum);
        });
    Map<String, Long> sorted = new LinkedHashMap<>();
    more.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return new HeapBreakdown(total - other.total, sorted);
  }
}
