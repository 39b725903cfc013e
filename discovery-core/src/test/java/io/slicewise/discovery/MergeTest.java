package io.slicewise.discovery;

import static io.slicewise.discovery.Harness.addresses;
import static io.slicewise.discovery.Slices.ready;
import static io.slicewise.discovery.Slices.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.ServiceView;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SyncState;
import io.slicewise.discovery.source.SliceRequest.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How streams become one without a list, and what then counts as a replay. */
class MergeTest {

  private static final Duration QUIET_BEFORE_MERGE = Duration.ofSeconds(30);

  private static final Duration LINGER = Duration.ofSeconds(30);

  private final Harness harness = new Harness();

  @AfterEach
  void close() {
    harness.close();
  }

  private static EndpointSlice of(
      String service, String name, int version, SliceEndpoint... endpoints) {
    return Slices.slice(service, name, version, List.of(tcp("grpc", 8080)), endpoints);
  }

  /** a at 10 on the main stream; b, added later, at 50 on one of its own. */
  private ServiceWatch[] twoStreams() {
    ServiceWatch a = harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    harness.advance(Duration.ofSeconds(2));
    ServiceWatch b = harness.synced("b", "50", of("b", "b1", 40, ready("10.0.0.2")));
    assertThat(harness.source.running()).hasSize(2);
    return new ServiceWatch[] {a, b};
  }

  private ServiceWatch[] merged() {
    ServiceWatch[] watches = twoStreams();
    harness.advance(QUIET_BEFORE_MERGE);
    assertThat(harness.source.running()).hasSize(1);
    harness.last().open();
    harness.settle();
    return watches;
  }

  @Test
  void streamsBecomeOneAfterHalfAMinuteOfQuietWithoutAList() {
    ServiceWatch[] watches = twoStreams();
    ServiceView before = watches[0].view();

    harness.advance(QUIET_BEFORE_MERGE);

    assertThat(harness.source.running()).hasSize(1);
    harness.assertLast(Kind.WATCH, "10");
    assertThat(harness.last().request.services()).containsExactly("a", "b");
    harness.last().open();
    harness.window();
    assertThat(watches[0].view()).isSameAs(before);
    assertThat(watches[1].view().state()).isEqualTo(SyncState.SYNCED);
  }

  @Test
  void streamsBecomeOneWhenOneOfThemRotates() {
    twoStreams();
    harness.advance(Duration.ofSeconds(3));

    harness.source.runningFor("a").eof();
    harness.settle();

    assertThat(harness.source.running()).hasSize(1);
    harness.assertLast(Kind.WATCH, "10");
    assertThat(harness.last().request.services()).containsExactly("a", "b");
  }

  @Test
  void aStreamThatIsNotYetOpenIsNotMerged() {
    harness.synced("a", "10", of("a", "a1", 5, ready("10.0.0.1")));
    harness.advance(Duration.ofSeconds(2));
    harness.watch("b");
    harness.advance(Duration.ofSeconds(3));

    harness.source.runningFor("a").eof();
    harness.settle();

    assertThat(harness.source.running()).hasSize(2);
    assertThat(harness.source.runningFor("a").request.services()).containsExactly("a");
    assertThat(harness.source.runningFor("a").request.resourceVersion()).isEqualTo("10");
  }

  @Test
  void whatAMergedStreamReplaysIsIgnored() {
    ServiceWatch[] watches = merged();
    List<ServiceView> heard = new ArrayList<>();
    watches[1].subscribe(heard::add);
    harness.settle();

    harness
        .last()
        .added(of("b", "gone", 20, ready("10.0.0.9")))
        .modified(of("b", "b1", 30, ready("10.0.0.8")))
        .deleted(of("b", "b1", 35))
        .deleted(of("b", "gone", 38))
        .added(of("b", "b1", 40, ready("10.0.0.2")))
        .bookmark("50");
    harness.window();

    assertThat(heard).hasSize(1);
    assertThat(addresses(watches[1].view())).containsExactly("10.0.0.2");
  }

  @Test
  void whatIsNewOnAMergedStreamCounts() {
    ServiceWatch[] watches = merged();

    harness
        .last()
        .modified(of("a", "a1", 20, ready("10.0.0.3")))
        .modified(of("b", "b1", 60, ready("10.0.0.4")));
    harness.window();
    assertThat(addresses(watches[0].view())).containsExactly("10.0.0.3");
    assertThat(addresses(watches[1].view())).containsExactly("10.0.0.4");

    harness.last().deleted(of("b", "b1", 61));
    harness.window();
    assertThat(addresses(watches[1].view())).isEmpty();
  }

  @Test
  void aSecondMergeBeforeTheReplayIsOverStillKnowsWhatWasReplayed() {
    ServiceWatch[] watches = merged();
    harness.last().modified(of("a", "a1", 20, ready("10.0.0.3")));
    harness.advance(Duration.ofSeconds(2));
    harness.synced("c", "60", of("c", "c1", 55, ready("10.0.0.5")));
    harness.advance(QUIET_BEFORE_MERGE);
    harness.assertLast(Kind.WATCH, "20");
    assertThat(harness.last().request.services()).containsExactly("a", "b", "c");

    harness.last().open().added(of("b", "gone", 25, ready("10.0.0.9")));
    harness.window();

    assertThat(addresses(watches[1].view())).containsExactly("10.0.0.2");
  }

  @Test
  void aSliceRelabelledOnOneStreamMovesToTheOtherService() {
    ServiceWatch[] watches = merged();

    harness.last().modified(of("b", "a1", 70, ready("10.0.0.1")));
    harness.window();

    assertThat(addresses(watches[0].view())).isEmpty();
    assertThat(addresses(watches[1].view())).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void aSliceRelabelledBetweenStreamsMovesWhicheverTellsFirst() {
    ServiceWatch[] watches = twoStreams();
    ScriptedSource.Call a = harness.source.runningFor("a");
    ScriptedSource.Call b = harness.source.runningFor("b");

    b.added(of("b", "a1", 70, ready("10.0.0.1")));
    harness.settle();
    a.deleted(of("a", "a1", 70, ready("10.0.0.1")));
    harness.window();
    assertThat(addresses(watches[0].view())).isEmpty();
    assertThat(addresses(watches[1].view())).containsExactly("10.0.0.1", "10.0.0.2");

    b.deleted(of("b", "a1", 80, ready("10.0.0.1")));
    harness.settle();
    a.added(of("a", "a1", 80, ready("10.0.0.1")));
    harness.window();
    assertThat(addresses(watches[0].view())).containsExactly("10.0.0.1");
    assertThat(addresses(watches[1].view())).containsExactly("10.0.0.2");
  }

  @Test
  void aRelistThatIsBehindTheOtherStreamTakesNoSliceFromIt() {
    ServiceWatch[] watches = twoStreams();
    harness.source.runningFor("b").added(of("b", "a1", 70, ready("10.0.0.1")));
    harness.window();
    harness.source.runningFor("a").error(410, "Expired");
    harness.settle();

    harness
        .source
        .runningFor("a")
        .open()
        .added(of("a", "a1", 5, ready("10.0.0.1")))
        .initialEventsEnd("60")
        .deleted(of("a", "a1", 70, ready("10.0.0.1")));
    harness.window();

    assertThat(addresses(watches[0].view())).isEmpty();
    assertThat(addresses(watches[1].view())).containsExactly("10.0.0.1", "10.0.0.2");
  }

  @Test
  void aServiceThatNobodyWantsLeavesWhenTheStreamRotates() {
    ServiceWatch[] watches = merged();
    ScriptedSource.Call union = harness.last();
    watches[1].close();
    harness.advance(LINGER.plusSeconds(1));
    assertThat(union.isEnded()).isFalse();

    union.bookmark("90").eof();
    harness.settle();

    harness.assertLast(Kind.WATCH, "90");
    assertThat(harness.last().request.services()).containsExactly("a");
    harness.last().open();
    ServiceWatch again = harness.watch("b");
    assertThat(again.view().state()).isEqualTo(SyncState.PENDING);
    harness.advance(Duration.ofSeconds(1));
    assertThat(harness.last().request.services()).containsExactly("b");
  }

  @Test
  void aServiceThatComesBackBeforeTheRotationNeedsNoRequest() {
    ServiceWatch[] watches = merged();
    int requests = harness.requests();
    watches[1].close();
    harness.advance(LINGER.plusSeconds(1));
    harness.last().modified(of("b", "b1", 95, ready("10.0.0.6")));
    harness.settle();

    ServiceWatch again = harness.watch("b");

    assertThat(addresses(again.view())).containsExactly("10.0.0.6");
    assertThat(harness.requests()).isEqualTo(requests);
  }

  /** The server, restored from a backup at 100, accepts a watch from the future and is silent. */
  private ServiceWatch waitingForTheFuture() {
    ServiceWatch a = harness.synced("a", "5000", of("a", "a1", 4000, ready("10.0.0.1")));
    harness.last().broken();
    harness.awaitRequest();
    harness.last().open();
    harness.settle();
    return a;
  }

  @Test
  void aServerThatWasRestoredIsFoundOutByTheNextStreamThatLists() {
    ServiceWatch a = waitingForTheFuture();
    harness.watch("b");
    harness.advance(Duration.ofSeconds(1));

    harness.last().open().added(of("b", "b1", 90, ready("10.0.0.2"))).initialEventsEnd("100");
    harness.settle();

    harness.assertLast(Kind.WATCH_LIST, "");
    assertThat(harness.last().request.services()).containsExactly("a");
    assertThat(addresses(a.view())).containsExactly("10.0.0.1");
    harness.last().open().added(of("a", "a1", 80, ready("10.0.0.3"))).initialEventsEnd("103");
    harness.window();
    assertThat(addresses(a.view())).containsExactly("10.0.0.3");

    harness.advance(QUIET_BEFORE_MERGE);
    harness.assertLast(Kind.WATCH, "100");
    harness.last().open().modified(of("a", "a1", 104, ready("10.0.0.4")));
    harness.window();
    assertThat(addresses(a.view())).containsExactly("10.0.0.4");
    assertThat(harness.source.running()).hasSize(1);
  }

  @Test
  void aServerThatWasRestoredIsFoundOutByOneStreamForAll() {
    ServiceWatch[] watches = twoStreams();
    for (String service : List.of("a", "b")) {
      harness.source.runningFor(service).bookmark("5000").broken();
    }
    harness.advance(Harness.LONGEST_FIRST_BACKOFF);
    harness.source.running().forEach(ScriptedSource.Call::open);
    harness.settle();

    harness.source.runningFor("b").error(410, "Expired");
    harness.settle();
    harness.last().refused(410, "Expired");
    harness.settle();
    harness.assertLast(Kind.WATCH_LIST, "");
    harness.last().open().added(of("b", "b1", 40, ready("10.0.0.2"))).initialEventsEnd("100");
    harness.settle();

    harness.assertLast(Kind.WATCH_LIST, "");
    assertThat(harness.last().request.services()).containsExactly("a");
    assertThat(addresses(watches[0].view())).containsExactly("10.0.0.1");
  }

  @Test
  void aStreamThatListsWhileAnotherGoesOnHasNothingToSayAboutIt() {
    harness.synced("a", "50", of("a", "a1", 5, ready("10.0.0.1")));
    harness.advance(Duration.ofSeconds(2));
    harness.watch("b");
    ScriptedSource.Call b = harness.last();
    harness.source.runningFor("a").bookmark("60");
    harness.settle();
    int requests = harness.requests();

    b.open().initialEventsEnd("55");
    harness.settle();

    assertThat(harness.requests()).isEqualTo(requests);
  }
}
