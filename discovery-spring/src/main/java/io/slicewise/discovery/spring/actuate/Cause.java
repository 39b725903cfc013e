package io.slicewise.discovery.spring.actuate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a stream ended, a request failed, or everything was listed anew: the few words that a meter's
 * tag may have, in the place of a text that may say anything.
 */
enum Cause {
  /** It is the first list. */
  START,
  /** The server ended the watch in good order, as it does every few minutes. */
  ROTATED,
  /** It was ended here: another stream took over, or nobody follows its Services any more. */
  RETIRED,
  /** The server ended the watch at once, or before everything was listed. */
  CUT_SHORT,
  /** The server has forgotten the version from which the watch was to go on: 410. */
  EXPIRED,
  /** The server does not accept the credentials: 401. */
  UNAUTHORIZED,
  /** The account may not list or watch EndpointSlices: 403. */
  FORBIDDEN,
  /** The server is busy: 429. */
  THROTTLED,
  /** The server refused the request with another status below 500. */
  REFUSED,
  /** The server failed: 500 and above. */
  SERVER_ERROR,
  /** The server said nothing for longer than it may. */
  SILENT,
  /** What the server, or somebody in its place, sent makes no sense. */
  GARBLED,
  /** The connection could not be made, or it broke; also all that is none of the others. */
  LOST;

  private static final Pattern STATUS = Pattern.compile("(?: answered |\\()([1-5]\\d\\d)\\b");
  private static final Pattern SILENCE = Pattern.compile("no answer (from|within) |fell silent");
  private static final Pattern NONSENSE =
      Pattern.compile(
          "not JSON as expected|without a (name|type|resourceVersion)|object of kind|answer is "
              + "|bytes \\(expected: <=|reader failed|same page again");

  /** Returns the cause that a text of {@code DiscoveryObserver} tells. */
  static Cause of(String text) {
    if (text.equals("start")) {
      return START;
    }
    if (text.equals("the server closed the watch") || text.contains("past its deadline")) {
      return ROTATED;
    }
    if (text.equals("another stream takes over") || text.startsWith("nobody follows")) {
      return RETIRED;
    }
    if (text.contains("closed the watch at once") || text.contains("before its initial events")) {
      return CUT_SHORT;
    }
    if (SILENCE.matcher(text).find()) {
      return SILENT;
    }
    Matcher status = STATUS.matcher(text);
    if (status.find()) {
      return ofStatus(Integer.parseInt(status.group(1)));
    }
    return NONSENSE.matcher(text).find() ? GARBLED : LOST;
  }

  private static Cause ofStatus(int code) {
    return switch (code) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 410 -> EXPIRED;
      case 429 -> THROTTLED;
      default -> code >= 500 ? SERVER_ERROR : REFUSED;
    };
  }

  /** The value of the tag: {@code server-error}. */
  String tag() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
