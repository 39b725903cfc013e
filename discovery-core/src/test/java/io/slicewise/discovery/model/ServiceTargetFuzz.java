package io.slicewise.discovery.model;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any text as a target, a port, a pod's name and an IP address. What is accepted and what it means
 * is said twice, in {@link ServiceTarget} and here as regular expressions; what was read and is
 * written is read as the same again; a refusal names the text.
 */
public final class ServiceTargetFuzz {

  private static final String LABEL = "([a-z0-9]|[a-z0-9][-a-z0-9]{0,61}[a-z0-9])";
  private static final Pattern SLASHED = Pattern.compile(LABEL + "/" + LABEL);
  private static final Pattern PLAIN =
      Pattern.compile(LABEL + "(\\." + LABEL + "(\\.svc(\\." + LABEL + ")*)?)?\\.?");
  private static final Pattern OF_POD =
      Pattern.compile(
          LABEL
              + "\\."
              + LABEL
              + "\\.(?!svc\\b(?!-))"
              + LABEL
              + "(\\.svc(\\."
              + LABEL
              + ")*)?\\.?");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final Pattern PORT_NAME = Pattern.compile("(?![0-9]*$)" + LABEL);
  private static final Pattern URL = Pattern.compile("(?:k8s|kubernetes)://([^/]*)(?:/(.*))?");

  private ServiceTargetFuzz() {}

  /** One execution; the name is Jazzer's. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    target(text);
    pod(text);
    address(text);
  }

  private static void target(String text) {
    ServiceTarget expected = plainly(text);
    ServiceTarget target;
    try {
      target = ServiceTarget.parse(text);
    } catch (IllegalArgumentException e) {
      check(expected == null, "refused", expected, text);
      check(String.valueOf(e.getMessage()).startsWith("target: " + text), "message", e, text);
      return;
    }
    check(target.equals(expected), "expected " + expected, target, text);
    check(target.equals(ServiceTarget.parse(target.toString())), "not read back", target, text);
    ServiceTarget full = target.inNamespace("shop");
    check(full.equals(ServiceTarget.parse(full.toString())), "not read back", full, text);
    check(full.serviceId().name().equals(target.service()), "another Service", full, text);
  }

  /** What the grammar says the text means; null for nothing. */
  private static ServiceTarget plainly(String text) {
    Matcher url = URL.matcher(text);
    String rest = text;
    if (url.matches()) {
      String path = url.group(2) == null ? "" : url.group(2);
      rest = url.group(1);
      rest = rest.isEmpty() || path.isEmpty() ? rest + path : rest + "/" + path;
    }
    int colon = rest.indexOf(':');
    PortSelector port = null;
    if (colon >= 0) {
      port = port(rest.substring(colon + 1));
      if (port == null) {
        return null;
      }
      rest = rest.substring(0, colon);
    }
    Matcher slashed = SLASHED.matcher(rest);
    if (slashed.matches()) {
      return new ServiceTarget(null, slashed.group(2), slashed.group(1), port);
    }
    Matcher plain = PLAIN.matcher(rest);
    if (plain.matches()) {
      return new ServiceTarget(null, plain.group(1), plain.group(3), port);
    }
    Matcher pod = OF_POD.matcher(rest);
    return pod.matches() ? new ServiceTarget(pod.group(1), pod.group(2), pod.group(3), port) : null;
  }

  private static PortSelector port(String text) {
    if (PORT.matcher(text).matches()) {
      int number = Integer.parseInt(text);
      return number < 1 || number > 65_535 ? null : new PortSelector(null, number);
    }
    return PORT_NAME.matcher(text).matches() ? PortSelector.named(text) : null;
  }

  private static void pod(String text) {
    PodName name = PodName.of(text);
    check(name.toString().equals(text), "another name", name, text);
    check(name.equals(PodName.of(name.toString())), "other parts", name, text);
    check(
        name.stem().length() == PodName.stemLength(text)
            && name.tail() == PodName.tail(text, name.stem().length()),
        "other parts",
        name,
        text);
  }

  private static void address(String text) {
    String canonical = IpLiteral.canonical(text);
    check(IpLiteral.isValid(text) == (canonical != null), "valid or not", canonical, text);
    SliceEndpoint endpoint =
        new SliceEndpoint(
            text, Conditions.of(true, true, false), null, null, null, null, 0, 0, Hints.NONE);
    check(endpoint.address().equals(text), "another address", endpoint.address(), text);
    if (canonical == null) {
      return;
    }
    check(canonical.equals(IpLiteral.canonical(canonical)), "not canonical", canonical, text);
    check(
        Objects.equals(IpLiteral.toInetAddress(text), IpLiteral.toInetAddress(canonical)),
        "another address",
        canonical,
        text);
    check(
        (IpLiteral.canonicalIpv4(text) >= 0) == (canonical.equals(text) && !text.contains(":")),
        "canonical or not",
        canonical,
        text);
  }

  private static void check(boolean right, String what, Object found, String text) {
    if (!right) {
      throw new AssertionError(what + ": " + found + " of '" + text + "'");
    }
  }
}
