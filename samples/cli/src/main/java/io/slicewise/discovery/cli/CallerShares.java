package io.slicewise.discovery.cli;

import io.slicewise.discovery.policy.Callers;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How the callers spread over zones, as it is given on the command line.
 *
 * @param byZone a number for each zone, 0 or more, not all 0; they need not add up to 1
 */
record CallerShares(Map<String, Double> byZone) {

  private static final String FORM = "ZONE=SHARE,... as in a=2,b=1,c=1";

  static CallerShares parse(String text) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Map.Entry<String, String> pair : ZonePairs.parse(text, FORM).entrySet()) {
      shares.put(pair.getKey(), share(pair.getKey(), pair.getValue()));
    }
    try {
      new Callers(shares, text); // refuses what cannot be scaled
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "' (expected: a sum above 0)");
    }
    return new CallerShares(shares);
  }

  private static double share(String zone, String text) {
    try {
      double share = Double.parseDouble(text);
      if (share >= 0 && share < Double.POSITIVE_INFINITY) {
        return share;
      }
    } catch (NumberFormatException e) {
      // refused below, as other numbers are
    }
    throw new TypeConversionException(
        "share of " + zone + ": '" + text + "' (expected: 0 or more, as in a=2,b=1,c=1)");
  }

  /** Reads them. */
  static final class Converter implements ITypeConverter<CallerShares> {

    Converter() {}

    @Override
    public CallerShares convert(String text) {
      return parse(text);
    }
  }
}
