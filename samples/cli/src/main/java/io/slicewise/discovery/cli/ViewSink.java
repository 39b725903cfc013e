package io.slicewise.discovery.cli;

import io.slicewise.discovery.model.ServiceView;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
        out, published -> List.of(json.view(published.view(), published.at())), new News());
  }

  /** Each view a table below the last, with the time of day. */
  static ViewSink tables(PrintWriter out, ViewText text) {
    return appending(
        out,
        published -> {
          List<String> lines = new ArrayList<>(text.view(published.view(), published.at()));
          lines.set(0, published.at() + "  " + lines.get(0));
          lines.add("");
          return lines;
        },
        new News());
  }

  private static ViewSink appending(PrintWriter out, Format format, News news) {
    return new ViewSink() {
      @Override
      public void take(ViewFeed.Published published) {
        if (news.isNews(published.view())) {
          format.lines(published).forEach(out::println);
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
  static ViewSink live(
      Screen screen, ViewText text, Supplier<List<ServiceView>> views, InstantSource clock) {
    return new ViewSink() {
      @Override
      public void take(ViewFeed.Published published) {
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
          lines.addAll(text.view(view, now));
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
    List<String> lines(ViewFeed.Published published);
  }
}
