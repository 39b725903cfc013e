package io.slicewise.discovery.chaos;

import io.slicewise.discovery.chaos.Operation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random operations, the same ones for the same seed. They come in stretches that end in quiet: in
 * some of them the server is faultless, and some are long. Not thread safe.
 */
final class Operations implements Script {

  private static final int PODS = 60;

  private final Random random;
  private final List<Kind> calm = new ArrayList<>();
  private final List<Kind> stormy = new ArrayList<>();
  private int left;
  private boolean storm;

  Operations(long seed) {
    random = new Random(seed);
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.weight; i++) {
        stormy.add(kind);
        if (!kind.fault) {
          calm.add(kind);
        }
      }
    }
    left = 40;
  }

  @Override
  public Operation next(Truth truth) {
    if (left-- == 0) {
      storm = random.nextInt(5) < 3;
      left = random.nextInt(12) == 0 ? 500 : 30 + random.nextInt(120);
      return Operation.of(Kind.QUIET);
    }
    List<ModelSlice> slices = truth.slices();
    if (slices.size() < 4) {
      return create();
    }
    List<Kind> kinds = storm ? stormy : calm;
    Kind kind = kinds.get(random.nextInt(kinds.size()));
    if (kind == Kind.CREATE) {
      return create();
    }
    if (kind.fault) {
      return new Operation(kind, 0, 0, random.nextInt(1_000));
    }
    ModelSlice slice = slices.get(random.nextInt(slices.size()));
    return new Operation(kind, slice.index(), pod(kind, slice), number(kind));
  }

  /** Ends after a number of operations that count, or a time. */
  Script until(int operations, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    int[] done = {0};
    return truth -> {
      if (done[0] >= operations || System.nanoTime() - end > 0) {
        return null;
      }
      Operation next = next(truth);
      done[0] += next.kind().counts() ? 1 : 0;
      return next;
    };
  }

  private Operation create() {
    int service = random.nextInt(4) == 0 ? 0 : random.nextInt(ModelSlice.SERVICES.size());
    int shape = ModelSlice.shape(service, random.nextInt(ModelSlice.types()), ports());
    return new Operation(Kind.CREATE, random.nextInt(ModelSlice.MOST), 0, shape);
  }

  private int ports() {
    return random.nextInt(3) > 0 ? random.nextInt(2) : random.nextInt(ModelPort.SETS.size());
  }

  private int pod(Kind kind, ModelSlice slice) {
    if (kind == Kind.ADD || slice.endpoints().isEmpty()) {
      return random.nextInt(PODS);
    }
    return slice.endpoints().get(random.nextInt(slice.endpoints().size())).pod();
  }

  private int number(Kind kind) {
    return switch (kind) {
      case RECYCLE -> ModelSlice.shape(random.nextInt(ModelSlice.SERVICES.size()), 0, ports());
      case RELABEL, VANISH -> random.nextInt(ModelSlice.SERVICES.size());
      case PORTS -> ports();
      case ADD, CONDITION ->
          random.nextInt(2) == 0 ? ModelEndpoint.READY : random.nextInt(ModelEndpoint.STATES);
      case MOVE, DUPLICATE, REUSE, SPLIT -> random.nextInt(ModelSlice.MOST);
      case ROLL -> random.nextInt(PODS);
      case FILL -> 50 + random.nextInt(151);
      case DECORATE -> random.nextInt(100);
      case PAUSE -> random.nextInt(4) == 0 ? 120 : random.nextInt(15);
      default -> 0;
    };
  }
}
