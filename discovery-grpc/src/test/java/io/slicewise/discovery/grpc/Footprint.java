package io.slicewise.discovery.grpc;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this process holds.
 *
 * @param threads how many there are by name, without the numbers in their names
 * @param files open files and sockets; 0 where that cannot be known
 */
record Footprint(Map<String, Integer> threads, long files) {

  static Footprint now() {
    Map<String, Integer> threads = new TreeMap<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      threads.merge(thread.getName().replaceAll("[0-9]+", "#"), 1, Integer::sum);
    }
    var system = ManagementFactory.getOperatingSystemMXBean();
    long files =
        system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0;
    return new Footprint(threads, files);
  }

  /** What there is more of than there was: names of threads, and files. */
  Map<String, Long> since(Footprint before) {
    Map<String, Long> more = new TreeMap<>();
    threads.forEach((name, count) -> more.put(name, (long) count - before.count(name)));
    more.put("files", files - before.files);
    more.values().removeIf(growth -> growth <= 0);
    return more;
  }

  private int count(String name) {
    return threads.getOrDefault(name, 0);
  }
}
