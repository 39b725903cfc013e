package io.slicewise.discovery.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Writes EndpointSlices to an API server, as a controller or a person does. */
final class SliceApi implements AutoCloseable {

  private static final MediaType JSON = MediaType.get("application/json");

  private final ApiClient client;
  private final String namespace;
  private final Map<String, String> written = new TreeMap<>();

  SliceApi(Path kubeconfig, String namespace) throws IOException {
    try (Reader reader = Files.newBufferedReader(kubeconfig, UTF_8)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(kubeconfig.toFile());
      client = ClientBuilder.kubeconfig(config).build();
    }
    this.namespace = namespace;
    send(
        "POST",
        "/api/v1/namespaces",
        "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
            + namespace
            + "\"}}");
  }

  String namespace() {
    return namespace;
  }

  /** Creates a slice, or replaces it where this wrote it before. */
  void put(SliceJson slice) {
    String json = slice.json(namespace);
    if (written.put(slice.name(), json) == null) {
      send("POST", slices(), json);
    } else {
      send("PUT", slices() + "/" + slice.name(), json);
    }
  }

  void delete(String name) {
    written.remove(name);
    send("DELETE", slices() + "/" + name, null);
  }

  private String slices() {
    return "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices";
  }

  private void send(String method, String path, String body) {
    try {
      Call template =
          client.buildCall(
              null,
              path,
              "GET",
              List.of(),
              List.of(),
              null,
              new HashMap<>(),
              new HashMap<>(),
              new HashMap<>(),
              new String[] {"BearerToken"},
              null);
      RequestBody content = body == null ? null : RequestBody.create(body, JSON);
      Call call =
          client
              .getHttpClient()
              .newCall(template.request().newBuilder().method(method, content).build());
      try (Response response = call.execute()) {
        if (!response.isSuccessful()) {
          throw new AssertionError(
              method + " " + path + ": " + response.code() + " " + response.body().string());
        }
      }
    } catch (Exception e) {
      throw new AssertionError(method + " " + path, e);
    }
  }

  /** Deletes the namespace and all that is in it. */
  @Override
  public void close() {
    List.copyOf(written.keySet()).forEach(this::delete);
    send("DELETE", "/api/v1/namespaces/" + namespace, null);
    client.getHttpClient().dispatcher().executorService().shutdown();
    client.getHttpClient().connectionPool().evictAll();
  }
}
