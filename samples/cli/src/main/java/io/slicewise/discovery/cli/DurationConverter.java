package io.slicewise.discovery.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, {@code 1.5s}; a number is seconds. */
final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)([a-z]*)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ms", 1_000_000L,
          "", 1_000_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  /** About 292 years: what a count of nanoseconds can hold. */
  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  DurationConverter() {}

  @Override
  public Duration convert(String text) {
    Matcher matcher = DURATION.matcher(text);
    Long unit = matcher.matches() ? NANOS.get(matcher.group(2)) : null;
    if (unit != null) {
      BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
      if (nanos.compareTo(BigDecimal.ONE) >= 0 && nanos.compareTo(LONGEST) <= 0) {
        return Duration.ofNanos(nanos.longValue());
      }
    }
    throw new TypeConversionException("'" + text + "' (expected: > 0, as in 500ms, 30s, 2m or 30)");
  }
}
