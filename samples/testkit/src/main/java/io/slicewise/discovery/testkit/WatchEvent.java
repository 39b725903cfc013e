package io.slicewise.discovery.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What one line of a watch says. */
record WatchEvent(String type, StoredObject object) {

  byte[] line(Representation representation) {
    return line(type, representation.of(object));
  }

  static byte[] line(String type, ObjectNode object) {
    return line(type, Json.bytes(object));
  }

  private static byte[] line(String type, byte[] object) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(object.length + 40);
    line.writeBytes(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.UTF_8));
    line.writeBytes(object);
    line.writeBytes(new byte[] {'}', '\n'});
    return line.toByteArray();
  }
}
