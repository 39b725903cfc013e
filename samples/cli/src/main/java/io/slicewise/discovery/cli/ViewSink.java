package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.Routing;
import io.slicewise.discovery.model.ServiceTarget;
import io.slicewise.discovery.model.ServiceView;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Where a watch shows its views. Confined to the thread that runs the command. */
interface ViewSink {

  /** Takes a view that was published. */
  void take(ViewFeed.Published published);

  /** Takes note that a second went by without a view. */
  default void idle() {}

  /** Whether nobody looks any more. */
  boolean isGone();

  /** Each view a line of JSON, and nothing else. */
  static ViewSink json(PrintWriter out) {
    Json json = new Json();
    return appending(
        out, (published, item) -> List.of(json.view(published.view(), published.at())));
  }

  /**
   * Each view a table below the last, with the time of day; where only shares have changed, a line.
   */
  static ViewSink tables(PrintWriter out) {
    return appending(
        out,
        (published, item) -> {
          ServiceView view = published.view();
          String changes = RoutingText.changes(item.before(), view.routing());
          if (item.kind() == News.Kind.ROUTING) {
            return changes.isEmpty()
                ? List.of()
                : List.of(published.at() + "  " + view.target() + "  " + changes);
          }
          List<String> lines = new ArrayList<>(ViewText.view(view, published.at()));
          lines.set(0, published.at() + "  " + lines.get(0));
          lines.add("");
          return lines;
        });
  }

  private static ViewSink appending(PrintWriter out, Format format) {
    News news = new News();
    return new ViewSink() {
      @Override
      public void take(ViewFeed.Published published) {
        News.Item item = news.of(published.view());
        if (item.kind() != News.Kind.NONE) {
          format.lines(published, item).forEach(out::println);
          out.flush();
        }
      }

      @Override
      public boolean isGone() {
        return out.checkError();
      }
    };
  }

  /** The views of all targets as they are now, in place. */
  static ViewSink live(Screen screen, Supplier<List<ServiceView>> views, InstantSource clock) {
    News news = new News();
    Map<ServiceTarget, String> lastChanges = new HashMap<>();
    return new ViewSink() {
      @Override
      public void take(ViewFeed.Published published) {
        News.Item item = news.of(published.view());
        String changes = RoutingText.changes(item.before(), published.view().routing());
        if (item.kind() != News.Kind.NONE && item.before() != Routing.NONE && !changes.isEmpty()) {
          lastChanges.put(published.view().target(), published.at() + "  " + changes);
        }
        draw(clock.instant());
      }

      @Override
      public void idle() {
        if (views.get().stream().anyMatch(view -> view.staleSince() != null)) {
          draw(clock.instant()); // its age grows
        }
      }

      private void draw(Instant now) {
        List<String> lines = new ArrayList<>();
        for (ServiceView view : views.get()) {
          lines.addAll(ViewText.view(view, now));
          if (lastChanges.containsKey(view.target())) {
            lines.add("");
            lines.add(lastChanges.get(view.target()));
          }
          lines.add("");
        }
        screen.show(lines);
      }

      @Override
      public boolean isGone() {
        return screen.isGone();
      }
    };
  }

  /** How an appending sink writes a view. */
  interface Format {
    List<String> lines(ViewFeed.Published published, News.Item item);
  }
}
