package io.slicewise.discovery.kubernetes;

/** Lines as an API server sends them. */
final class WireSamples {

  /** Everything that a slice may hold. */
  static final String ADDED =
      """
      {"type":"ADDED","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
      "metadata":{"name":"checkout-x7k2p","generateName":"checkout-","namespace":"shop",\
      "uid":"2f0b7a0e-6c1a-4b0e-9a52-3c3a7f6f2a11","resourceVersion":"10596","generation":1,\
      "creationTimestamp":"2026-03-01T10:11:12Z","labels":{"app":"checkout",\
      "endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io",\
      "kubernetes.io/service-name":"checkout"},"annotations":\
      {"endpoints.kubernetes.io/last-change-trigger-time":"2026-03-01T10:11:11.5Z"},\
      "ownerReferences":[{"apiVersion":"v1","kind":"Service","name":"checkout",\
      "uid":"1f0b7a0e-6c1a-4b0e-9a52-3c3a7f6f2a11","controller":true,"blockOwnerDeletion":true}],\
      "managedFields":[{"manager":"kube-controller-manager","operation":"Update",\
      "apiVersion":"discovery.k8s.io/v1","time":"2026-03-01T10:11:12Z","fieldsType":"FieldsV1",\
      "fieldsV1":{"f:endpoints":{}}}]},"addressType":"IPv4","endpoints":[{"addresses":\
      ["10.1.2.3"],"conditions":{"ready":true,"serving":true,"terminating":false},\
      "targetRef":{"kind":"Pod","namespace":"shop","name":"checkout-7d9f-abcde",\
      "uid":"5a4c0000-0000-4000-8000-000000000001"},"nodeName":"node-a","zone":"eu-1a",\
      "hints":{"forZones":[{"name":"eu-1a"}],"forNodes":[{"name":"node-a"}]}}],\
      "ports":[{"name":"grpc","protocol":"TCP","port":8443,"appProtocol":"kubernetes.io/h2c"}]}}\
      """;

  static final String MODIFIED =
      """
      {"type":"MODIFIED","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
      "metadata":{"name":"checkout-x7k2p","namespace":"shop","resourceVersion":"11020",\
      "generation":2,"labels":{"kubernetes.io/service-name":"checkout"}},"addressType":"IPv4",\
      "endpoints":[{"addresses":["10.1.2.3"],"conditions":{"ready":false,"serving":true,\
      "terminating":true},"nodeName":"node-a","zone":"eu-1a"},{"addresses":["10.1.2.9"],\
      "conditions":{"ready":true,"serving":true,"terminating":false},"nodeName":"node-b",\
      "zone":"eu-1b","hints":{"forZones":[{"name":"eu-1b"}]}}],\
      "ports":[{"name":"grpc","protocol":"TCP","port":8443}]}}\
      """;

  static final String PLACEHOLDER =
      """
      {"type":"MODIFIED","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
      "metadata":{"name":"checkout-x7k2p","namespace":"shop","resourceVersion":"11500",\
      "labels":{"kubernetes.io/service-name":"checkout"}},"addressType":"IPv4",\
      "endpoints":null,"ports":null}}\
      """;

  static final String DELETED =
      """
      {"type":"DELETED","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
      "metadata":{"name":"checkout-x7k2p","namespace":"shop","resourceVersion":"12010",\
      "labels":{"kubernetes.io/service-name":"checkout"}},"addressType":"IPv4",\
      "endpoints":[],"ports":[]}}\
      """;

  static final String BOOKMARK =
      """
      {"type":"BOOKMARK","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
      "metadata":{"resourceVersion":"12746","creationTimestamp":null},"addressType":"",\
      "endpoints":null,"ports":null}}\
      """;

  static final String INITIAL_EVENTS_END =
      """
      {"type":"BOOKMARK","object":{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1",\
      "metadata":{"resourceVersion":"13519","annotations":{"k8s.io/initial-events-end":"true"}},\
      "addressType":"","endpoints":null,"ports":null}}\
      """;

  static final String EXPIRED =
      """
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\
      "status":"Failure","message":"too old resource version: 10000 (12000)",\
      "reason":"Expired","code":410}}\
      """;

  static final String TOO_LARGE =
      """
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\
      "status":"Failure","message":"Timeout: Too large resource version: 99999, current: 12746",\
      "reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge",\
      "message":"Too large resource version"}],"retryAfterSeconds":1},"code":504}}\
      """;

  private WireSamples() {}

  /** A list of one slice. */
  static String list(String resourceVersion, String continueToken) {
    String item = ADDED.substring(ADDED.indexOf("\"metadata\""), ADDED.length() - 2);
    return "{\"kind\":\"EndpointSliceList\",\"apiVersion\":\"discovery.k8s.io/v1\",\"metadata\":"
        + "{\"resourceVersion\":\"%s\",\"continue\":\"%s\"},\"items\":[{%s}]}"
            .formatted(resourceVersion, continueToken, item);
  }
}
