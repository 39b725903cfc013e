package io.slicewise.discovery.fault;

import java.time.Duration;

/** Lines of a watch that no healthy server sends just so. */
final class Lines {

  private Lines() {}

  static String error(int code, String reason, String message) {
    return """
        {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\
        "status":"Failure","message":"%s","reason":"%s","code":%d}}\
        """
        .formatted(message, reason, code);
  }

  /** An error that says when to come back. */
  static String error(int code, String reason, String message, Duration retryAfter) {
    return error(code, reason, message)
        .replace(
            "\"code\"",
            "\"details\":{\"retryAfterSeconds\":%d},\"code\"".formatted(retryAfter.toSeconds()));
  }

  static String bookmark(String version) {
    return """
        {"type":"BOOKMARK","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
        "metadata":{"resourceVersion":"%s"},"addressType":"","endpoints":null,"ports":null}}\
        """
        .formatted(version);
  }

  /** The bookmark that ends the initial events of a watch list. */
  static String initialEventsEnd(String version) {
    return bookmark(version)
        .replace(
            "\"resourceVersion\"",
            "\"annotations\":{\"k8s.io/initial-events-end\":\"true\"},\"resourceVersion\"");
  }

  /** An event about the slice {@code checkout-raw}, with one ready endpoint. */
  static String event(String type, String version, String address) {
    return "{\"type\":\"%s\",\"object\":%s}".formatted(type, slice(version, address));
  }

  /** The slice {@code checkout-raw} with one ready endpoint, on one line. */
  static String slice(String version, String address) {
    return """
        {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":\
        {"name":"checkout-raw","namespace":"shop","resourceVersion":"%s",\
        "labels":{"kubernetes.io/service-name":"checkout"}},"addressType":"IPv4","endpoints":\
        [{"addresses":["%s"],"conditions":{"ready":true,"serving":true,"terminating":false}}],\
        "ports":[{"name":"grpc","protocol":"TCP","port":8080}]}\
        """
        .formatted(version, address);
  }

  static String list(String version, String... slices) {
    return """
        {"kind":"EndpointSliceList","apiVersion":"discovery.k8s.io/v1",\
        "metadata":{"resourceVersion":"%s"},"items":[%s]}\
        """
        .formatted(version, String.join(",", slices));
  }
}
