package io.slicewise.discovery.internal;

import io.slicewise.discovery.model.AddressType;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;

/** Which IP family this machine or pod speaks. */
public final class OwnAddresses {

  private OwnAddresses() {}

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
