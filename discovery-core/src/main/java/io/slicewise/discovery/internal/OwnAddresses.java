package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.AddressType;
import io.slicewise.discovery.model.IpLiteral;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Which IP family this machine or pod speaks. */
public final class OwnAddresses {

  private OwnAddresses() {}

  /** Returns every address of this machine beyond loopback and link-local, canonical text. */
  public static Set<String> all() {
    Set<String> all = new TreeSet<>();
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(each.getInetAddresses())) {
          if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
            String text = address.getHostAddress();
            int scope = text.indexOf('%');
            String canonical = IpLiteral.canonical(scope < 0 ? text : text.substring(0, scope));
            if (canonical != null) {
              all.add(canonical);
            }
          }
        }
      }
    } catch (SocketException e) {
      all.clear(); // then the own pod is known by name, or not at all
    }
    return all;
  }

  /** Returns IPv4 unless every address of this machine beyond loopback is IPv6. */
  public static AddressType family() {
    boolean ipv6 = false;
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(each.getInetAddresses())) {
          if (address.isLoopbackAddress() || address.isLinkLocalAddress()) {
            continue;
          }
          if (address instanceof Inet4Address) {
            return AddressType.IPV4;
          }
          ipv6 = true;
        }
      }
    } catch (SocketException e) {
      return AddressType.IPV4; // what nearly every cluster has
    }
    return ipv6 ? AddressType.IPV6 : AddressType.IPV4;
  }
}
