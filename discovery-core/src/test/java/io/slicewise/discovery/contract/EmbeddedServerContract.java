package io.slicewise.discovery.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.ServiceWatch;
import io.slicewise.discovery.testkit.EmbeddedApiServer;
import io.slicewise.discovery.testkit.RecordedRequest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded server, and what can be provoked only there. */
abstract class EmbeddedServerContract extends SliceSourceContract {

  @TempDir static Path directory;

  private EmbeddedApiServer server;

  abstract EmbeddedApiServer.Builder builder();

  /** How a watch of everything begins: by {@code watch} or by {@code list}. */
  abstract boolean listsByWatching();

  abstract String protocol();

  @Override
  Path kubeconfig() throws Exception {
    if (server == null) {
      server = builder().start();
    }
    return server.writeKubeconfig(directory.resolve(getClass().getSimpleName()));
  }

  @Override
  void stopServer() {
    server.close();
  }

  private List<RecordedRequest> sliceRequests() {
    return server.requests().stream()
        .filter(request -> request.method().equals("GET"))
        .filter(request -> request.path().endsWith("/endpointslices"))
        .toList();
  }

  @Test
  void speaksTheProtocolThatTheServerOffers() throws Exception {
    server.clearRequests();
    api().put(new SliceJson("spoken", "spoken-1").ready("10.20.0.1"));
    synced("spoken:grpc");

    patiently().until(() -> sliceRequests().stream().anyMatch(RecordedRequest::isWatch));
    RecordedRequest watch =
        sliceRequests().stream().filter(RecordedRequest::isWatch).findFirst().orElseThrow();
    assertThat(watch.protocol()).isEqualTo(protocol());
    assertThat(watch.headers()).containsEntry("accept-encoding", "identity");
    assertThat(watch.query()).containsEntry("allowWatchBookmarks", "true");
    assertThat(watch.query().get("labelSelector")).contains("spoken");
    assertThat(sliceRequests().stream().allMatch(RecordedRequest::isWatch))
        .isEqualTo(listsByWatching());
  }

  @Test
  void asksForACatalogueInTheFormThatIsShort() throws Exception {
    server.clearRequests();
    catalog();

    patiently().until(() -> sliceRequests().stream().anyMatch(RecordedRequest::isWatch));
    assertThat(sliceRequests())
        .allSatisfy(
            request ->
                assertThat(request.headers().get("accept"))
                    .startsWith("application/json;as=PartialObjectMetadata"));
  }

  @Test
  void listsAgainWhenItsVersionExpiredWhileItWasAway() throws Exception {
    api().put(new SliceJson("expired", "expired-1").ready("10.21.0.1"));
    ServiceWatch watch = synced("expired:grpc");
    patiently().until(() -> server.openWatches() == 1);

    server.faults().refuse();
    server.faults().cutConnections();
    String namespace = api().namespace();
    SliceJson gone = new SliceJson("expired", "expired-2").ready("10.21.0.2");
    SliceJson stays = new SliceJson("expired", "expired-3").ready("10.21.0.3");
    server.cluster().create(gone.json(namespace));
    server.cluster().delete("EndpointSlice", namespace, "expired-2");
    server.cluster().create(stays.json(namespace));
    server.faults().compact();
    server.faults().accept();

    assertSoon(watch, "10.21.0.1:8080", "10.21.0.3:8080");
    server.cluster().delete("EndpointSlice", namespace, "expired-3");
    assertSoon(watch, "10.21.0.1:8080");
  }
}
