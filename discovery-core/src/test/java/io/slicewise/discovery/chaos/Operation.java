package io.slicewise.discovery.chaos;

import java.util.Locale;

/**
 * One step of a history, in numbers alone: it can be written down, read back and replayed, and it
 * means the same in any shorter history, where it does nothing if what it is about is not there.
 *
 * @param kind what happens
 * @param slice the slice it happens to, 0 to {@link ModelSlice#MOST} - 1
 * @param pod the pod it happens to
 * @param number what the kind says
 */
record Operation(Kind kind, int slice, int pod, int number) {

  /** What can happen, and how often beside the others. */
  enum Kind {
    /** Creates a slice; the number is its shape: Service, address type and ports. */
    CREATE(8, false),
    DELETE(4, false),
    /** Deletes a slice and creates another one by the same name with the same endpoints. */
    RECYCLE(4, false),
    /** Hands a slice to another Service, or to none. */
    RELABEL(5, false),
    /** Changes the ports in place. */
    PORTS(5, false),
    /** Adds a pod with conditions. */
    ADD(24, false),
    /** Changes the conditions of a pod. */
    CONDITION(24, false),
    REMOVE(12, false),
    /** Moves a pod to the slice of the number by two writes: first there, if the pod is even. */
    MOVE(8, false),
    /** Copies a pod to the slice of the number, ready. */
    DUPLICATE(5, false),
    /** Has two pods claim one address: the number is the slice of the second. */
    REUSE(3, false),
    /** Replaces a pod by the pod of the number in three writes: a new one, the old one, it goes. */
    ROLL(8, false),
    /** Takes all pods but the one from its Service. */
    TRIM(4, false),
    /** Makes two slices of one. */
    SPLIT(3, false),
    /** Adds as many endpoints as the number says. */
    FILL(1, false),
    /** Leaves a placeholder: no endpoints, no ports. */
    EMPTY(3, false),
    /** Deletes all slices of the Service of the number. */
    VANISH(2, false),
    /** Changes labels and fields that nobody here knows. */
    DECORATE(4, false),
    /** Opens the watches that come and go. */
    OPEN(2, false),
    CLOSE(2, false),
    /** Waits for the next view, at most as many milliseconds as the number says. */
    PAUSE(20, false),
    /** Ends all faults and waits until every view equals the truth. */
    QUIET(0, false),

    KILL(2, true),
    FREEZE(2, true),
    CUT(4, true),
    COMPACT(3, true),
    THROTTLE(2, true),
    THROTTLE_IN_PLAIN_TEXT(1, true),
    /** Fails the next requests; the number chooses the status. */
    FAIL(4, true),
    FORBID(1, true),
    DELAY_RESPONSES(1, true),
    DELAY_EVENTS(1, true),
    /** Says in the stream that the version asked for is from the future. */
    TOO_LARGE(2, true),
    /** Says in the stream that the version asked for is too old. */
    EXPIRE(2, true),
    GARBLE(1, true),
    TRUNCATE(2, true),
    REPEAT(2, true),
    /** Sends events of a kind that nobody knows. */
    UNKNOWN_EVENT(1, true),
    CLOSE_WATCHES(4, true),
    CLOSE_WATCHES_AT_ONCE(2, true),
    CUT_WATCH_LIST(2, true),
    /** Ends all faults. */
    HEAL(10, true);

    final int weight;
    final boolean fault;

    Kind(int weight, boolean fault) {
      this.weight = weight;
      this.fault = fault;
    }

    /** Whether it does something to the cluster or the server, and does not just wait. */
    boolean counts() {
      return this != PAUSE && this != QUIET;
    }
  }

  static Operation of(Kind kind) {
    return new Operation(kind, 0, 0, 0);
  }

  /** Reads what {@link #toString} wrote. */
  static Operation parse(String line) {
    String[] words = line.trim().split(" +");
    if (words.length != 4) {
      throw new IllegalArgumentException(
          "operation: '" + line + "' (expected: kind, slice, pod and number)");
    }
    return new Operation(
        Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]));
  }

  @Override
  public String toString() {
    return kind + " " + slice + " " + pod + " " + number;
  }
}
