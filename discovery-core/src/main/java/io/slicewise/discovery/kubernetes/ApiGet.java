package io.slicewise.discovery.kubernetes;

import io.kubernetes.client.openapi.Pair;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.source.SliceRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * One GET of the Kubernetes API, before it meets a server.
 *
 * @param segments the path, not yet escaped
 * @param query the parameters, not yet escaped
 * @param stream whether the answer is a watch
 * @param accept the forms of the answer that are understood, the best first
 */
record ApiGet(List<String> segments, List<Pair> query, boolean stream, String accept) {

  private static final String JSON = "application/json";

  /** A server that does not know this form sends the whole object. */
  private static final String METADATA = JSON + ";as=%s;g=meta.k8s.io;v=v1," + JSON;

  ApiGet {
    segments = List.copyOf(segments);
    query = List.copyOf(query);
  }

  /** Returns the request for slices, with the parameters of client-go's reflector. */
  static ApiGet slices(SliceRequest request) {
    List<Pair> query = new ArrayList<>();
    switch (request.kind()) {
      case LIST -> addListParameters(query, request);
      case WATCH -> addWatchParameters(query, request);
      case WATCH_LIST -> {
        query.add(new Pair("sendInitialEvents", "true"));
        query.add(new Pair("resourceVersionMatch", "NotOlderThan"));
        addWatchParameters(query, request);
      }
    }
    if (!request.services().isEmpty()) {
      query.add(new Pair("labelSelector", selector(request)));
    }
    boolean stream = request.kind() != SliceRequest.Kind.LIST;
    List<String> path =
        List.of(
            "apis", "discovery.k8s.io", "v1", "namespaces", request.namespace(), "endpointslices");
    return new ApiGet(path, query, stream, accept(request));
  }

  /** Returns the request for one Service. */
  static ApiGet service(String namespace, String name) {
    List<String> path = List.of("api", "v1", "namespaces", namespace, "services", name);
    return new ApiGet(path, List.of(), false, JSON);
  }

  /** Returns the request for one node. */
  static ApiGet node(String name) {
    return new ApiGet(List.of("api", "v1", "nodes", name), List.of(), false, JSON);
  }

  /** Returns this request as a server can answer it that refuses (406) to choose among forms. */
  ApiGet plain() {
    return new ApiGet(segments, query, stream, JSON);
  }

  private static String accept(SliceRequest request) {
    if (request.content() == SliceRequest.Content.SLICES) {
      return JSON;
    }
    boolean list = request.kind() == SliceRequest.Kind.LIST;
    // A list asked for as single objects is refused, whatever else is accepted.
    return String.format(METADATA, list ? "PartialObjectMetadataList" : "PartialObjectMetadata");
  }

  private static void addListParameters(List<Pair> query, SliceRequest request) {
    if (request.limit() > 0) {
      query.add(new Pair("limit", String.valueOf(request.limit())));
    }
    if (request.continueToken() != null) {
      query.add(new Pair("continue", request.continueToken())); // which carries its own version
      return;
    }
    if (!request.resourceVersion().isEmpty()) {
      query.add(new Pair("resourceVersion", request.resourceVersion()));
      query.add(new Pair("resourceVersionMatch", "NotOlderThan"));
    }
  }

  private static void addWatchParameters(List<Pair> query, SliceRequest request) {
    query.add(new Pair("watch", "true"));
    query.add(new Pair("allowWatchBookmarks", "true"));
    query.add(new Pair("resourceVersion", request.resourceVersion()));
    query.add(new Pair("timeoutSeconds", String.valueOf(request.timeout().toSeconds())));
  }

  private static String selector(SliceRequest request) {
    return request.services().size() == 1
        ? EndpointSlice.SERVICE_NAME_LABEL + "=" + request.services().first()
        : EndpointSlice.SERVICE_NAME_LABEL + " in (" + String.join(",", request.services()) + ")";
  }
}
