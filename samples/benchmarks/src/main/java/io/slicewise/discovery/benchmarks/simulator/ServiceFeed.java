package io.slicewise.discovery.benchmarks.simulator;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.EndpointSlice;
import io.slicewise.discovery.model.Hints;
import io.slicewise.discovery.model.SliceEndpoint;
import io.slicewise.discovery.model.SlicePort;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceHandler;
import io.slicewise.discovery.source.SliceRequest;
import io.slicewise.discovery.source.SliceSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * One Service's pods, the controller that writes them into a slice, and the API server that tells
 * those who watch it. The controller writes {@link #BATCHING} after a change; every follower hears
 * of it after a delay of its own.
 */
final class ServiceFeed {

  private static final Duration BATCHING = Duration.ofMillis(100);
  private static final Duration BETWEEN_BOOKMARKS = Duration.ofMinutes(1);

  private final String namespace;
  private final String service;
  private final Hinting hinting;
  private final Agenda agenda;
  private final List<Pod> pods = new ArrayList<>();
  private final SortedSet<String> nodeZones = new TreeSet<>();
  private final List<Follower> followers = new ArrayList<>();
  private EndpointSlice slice;
  private int version = 1;
  private boolean writing;

  ServiceFeed(String namespace, String service, Hinting hinting, Agenda agenda) {
    this.namespace = namespace;
    this.service = service;
    this.hinting = hinting;
    this.agenda = agenda;
    this.slice = assemble();
  }

  /** The Service's name and namespace, as a target names it. */
  String name() {
    return service + "." + namespace;
  }

  /** The zones that have ready nodes; to be changed by whoever takes them away. */
  SortedSet<String> nodeZones() {
    return nodeZones;
  }

  void add(Pod pod) {
    nodeZones.add(pod.zone());
    pods.add(pod);
    changed();
  }

  void remove(Pod pod) {
    pods.remove(pod);
    changed();
  }

  /** Has the controller look at the pods. */
  void changed() {
    if (!writing) {
      writing = true;
      agenda.after(BATCHING.toNanos(), this::write);
    }
  }

  /** Has the slice say what is true now, before anybody follows it. */
  void write() {
    writing = false;
    version++;
    slice = assemble();
    SliceEvent event = SliceEvent.of(SliceEvent.Type.MODIFIED, slice);
    followers.forEach(follower -> follower.tell(event));
  }

  private EndpointSlice assemble() {
    List<Hints> hints = hinting.hints(pods, nodeZones);
    List<SliceEndpoint> endpoints = new ArrayList<>(pods.size());
    for (int i = 0; i < pods.size(); i++) {
      endpoints.add(pods.get(i).listed(hints.get(i)));
    }
    return new EndpointSlice(
        namespace,
        service + "-0",
        service,
        Integer.toString(version),
        AddressType.IPV4,
        Map.of(EndpointSlice.SERVICE_NAME_LABEL, service),
        endpoints,
        List.of(new SlicePort("http", "TCP", 8080, null)),
        null);
  }

  /** Begins to tell a handler what there is, and then every change. */
  SliceSource.Exchange follow(SliceRequest.Kind kind, SliceHandler handler, Duration delay) {
    Follower follower = new Follower(handler, delay);
    follower.later(delay, () -> begin(kind, follower));
    return follower;
  }

  private void begin(SliceRequest.Kind kind, Follower follower) {
    follower.handler.onOpen();
    if (kind == SliceRequest.Kind.WATCH) {
      follower.handler.onEvent(SliceEvent.of(SliceEvent.Type.MODIFIED, slice));
    } else {
      follower.handler.onEvent(SliceEvent.of(SliceEvent.Type.ADDED, slice));
    }
    if (kind == SliceRequest.Kind.LIST) {
      follower.handler.onEnd(ExchangeEnd.listed(slice.resourceVersion(), null));
      return;
    }
    if (kind == SliceRequest.Kind.WATCH_LIST) {
      follower.handler.onEvent(SliceEvent.bookmark(slice.resourceVersion(), true));
    }
    followers.add(follower);
    follower.bookmarkSoon();
  }

  /** One open watch. */
  private final class Follower implements SliceSource.Exchange {
    private final SliceHandler handler;
    private final Duration delay;
    private boolean closed;

    Follower(SliceHandler handler, Duration delay) {
      this.handler = handler;
      this.delay = delay;
    }

    void tell(SliceEvent event) {
      later(delay, () -> handler.onEvent(event));
    }

    /** A watch that says nothing for 150 s is taken for dead. */
    void bookmarkSoon() {
      later(
          BETWEEN_BOOKMARKS,
          () -> {
            handler.onEvent(SliceEvent.bookmark(Integer.toString(version), false));
            bookmarkSoon();
          });
    }

    /** On the clock, as all that a discovery hears; what it throws must not get lost there. */
    void later(Duration wait, Runnable task) {
      Runnable unlessClosed =
          () -> {
            if (!closed) {
              task.run();
            }
          };
      var unused =
          agenda
              .clock()
              .schedule(
                  () -> agenda.clock().execute(unlessClosed), wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void cancel() {
      if (!closed) {
        closed = true;
        followers.remove(this);
        handler.onEnd(ExchangeEnd.failed(ExchangeEnd.Kind.CANCELLED, ""));
      }
    }
  }
}
