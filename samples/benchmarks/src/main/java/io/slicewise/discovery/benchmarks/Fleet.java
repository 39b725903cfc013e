package io.slicewise.discovery.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * A Service as the API server writes it: full slices of pods with the names, UIDs, nodes, zones and
 * {@code managedFields} of a real cluster. The same arguments always give the same bytes.
 *
 * @param slices how many slices there are
 * @param perSlice how many endpoints each of them has
 * @param hints whether each endpoint has the hints of {@code PreferSameZone}
 * @param generation which rollout the pods belong to; another one has other pods and addresses
 */
record Fleet(int slices, int perSlice, boolean hints, int generation) {

  /** What the EndpointSlice controller puts into one slice. */
  static final int PER_SLICE = 100;

  static final String NAMESPACE = "shop";
  static final String SERVICE = "checkout";

  private static final int PODS_PER_NODE = 20;
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789"; // of generated names

  /** Decides that every endpoint is ready. */
  static final IntPredicate READY = endpoint -> true;

  /** Full slices. */
  Fleet(int slices, boolean hints, int generation) {
    this(slices, PER_SLICE, hints, generation);
  }

  /** Returns a fleet of so many endpoints without hints: less than a slice, or full ones. */
  static Fleet of(int endpoints) {
    return endpoints > 0 && endpoints < PER_SLICE
        ? new Fleet(1, endpoints, false, 0)
        : new Fleet(endpoints / PER_SLICE, false, 0);
  }

  /** Returns the same Service after all its pods were replaced; the slices stay. */
  Fleet rolled() {
    return new Fleet(slices, perSlice, hints, generation + 1);
  }

  int endpoints() {
    return slices * perSlice;
  }

  /**
   * Returns one event of a watch, without its newline.
   *
   * @param ready tells of an endpoint of the slice, by its number there, whether it is ready
   */
  byte[] event(String type, int slice, long version, IntPredicate ready) {
    return ("{\"type\":\"" + type + "\",\"object\":" + slice(slice, version, ready) + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private String slice(int number, long version, IntPredicate ready) {
    StringBuilder json = new StringBuilder(40_000);
    json.append("{\"kind\":\"EndpointSlice\",\"apiVersion\":\"discovery.k8s.io/v1\",\"metadata\":");
    metadata(json, number, version);
    json.append(",\"addressType\":\"IPv4\",\"endpoints\":[");
    SplittableRandom random = new SplittableRandom(31L * number + generation);
    for (int i = 0; i < perSlice; i++) {
      json.append(i == 0 ? "" : ",");
      endpoint(json, number * perSlice + i, ready.test(i), random);
    }
    return json.append(
            "],\"ports\":[{\"name\":\"http\",\"protocol\":\"TCP\",\"port\":8081},"
                + "{\"name\":\"grpc\",\"protocol\":\"TCP\",\"port\":8080}]}")
        .toString();
  }

  private static void metadata(StringBuilder json, int number, long version) {
    String owner = "94e98519-cc3a-4564-b65a-e1773c387405";
    String time = "2026-11-21T07:31:56Z";
    SplittableRandom random = new SplittableRandom(number);
    json.append("{\"name\":\"checkout-").append(word(random, 5));
    json.append("\",\"generateName\":\"checkout-\",\"namespace\":\"shop\",\"uid\":\"");
    json.append(uid(random)).append("\",\"resourceVersion\":\"").append(version);
    json.append("\",\"generation\":").append(version % 1_000).append(",\"creationTimestamp\":\"");
    json.append(time)
        .append(
            "\",\"labels\":{\"app\":\"checkout\","
                + "\"endpointslice.kubernetes.io/managed-by\":\"endpointslice-controller.k8s.io\","
                + "\"kubernetes.io/service-name\":\"checkout\"},\"annotations\":"
                + "{\"endpoints.kubernetes.io/last-change-trigger-time\":\"")
        .append(time)
        .append("\"},\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Service\",")
        .append("\"name\":\"checkout\",\"uid\":\"")
        .append(owner)
        .append("\",\"controller\":true,\"blockOwnerDeletion\":true}],\"managedFields\":[")
        .append("{\"manager\":\"kube-controller-manager\",\"operation\":\"Update\",")
        .append("\"apiVersion\":\"discovery.k8s.io/v1\",\"time\":\"")
        .append(time)
        .append(
            "\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:addressType\":{},\"f:endpoints\":{},"
                + "\"f:metadata\":{\"f:annotations\":{\".\":{},"
                + "\"f:endpoints.kubernetes.io/last-change-trigger-time\":{}},"
                + "\"f:generateName\":{},\"f:labels\":{\".\":{},\"f:app\":{},"
                + "\"f:endpointslice.kubernetes.io/managed-by\":{},"
                + "\"f:kubernetes.io/service-name\":{}},\"f:ownerReferences\":{\".\":{},"
                + "\"k:{\\\"uid\\\":\\\"")
        .append(owner)
        .append("\\\"}\":{}}},\"f:ports\":{}}}]}");
  }

  private void endpoint(StringBuilder json, int index, boolean ready, SplittableRandom random) {
    int nodes = Math.max(3, endpoints() / PODS_PER_NODE);
    int node = random.nextInt(nodes);
    String zone = "us-east-1" + (char) ('a' + node % 3);
    json.append("{\"addresses\":[\"").append(address(index));
    json.append("\"],\"conditions\":{\"ready\":").append(ready);
    json.append(",\"serving\":").append(ready).append(",\"terminating\":false}");
    json.append(",\"targetRef\":{\"kind\":\"Pod\",\"namespace\":\"shop\",\"name\":\"checkout-");
    json.append(word(new SplittableRandom(generation), 10)).append('-').append(word(random, 5));
    json.append("\",\"uid\":\"").append(uid(random));
    json.append("\"},\"nodeName\":\"ip-10-0-").append(node >> 8).append('-').append(node & 255);
    json.append(".ec2.internal\",\"zone\":\"").append(zone).append('"');
    if (hints) {
      json.append(",\"hints\":{\"forZones\":[{\"name\":\"").append(zone).append("\"}]}");
    }
    json.append('}');
  }

  private String address(int index) {
    int host = index * 7 + generation % 7; // pods of other Services lie between
    return "10." + (100 + (host >> 16)) + "." + (host >> 8 & 255) + "." + (host & 255);
  }

  private static String word(SplittableRandom random, int length) {
    StringBuilder word = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      word.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return word.toString();
  }

  private static UUID uid(SplittableRandom random) {
    long high = random.nextLong() & ~0xf000L | 0x4000L; // version 4
    return new UUID(high, random.nextLong() & ~0xc000_0000_0000_0000L | 0x8000_0000_0000_0000L);
  }
}
