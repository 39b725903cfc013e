package io.slicewise.discovery.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a cluster, a user or an exec plugin in a kubeconfig. Not a record: its text would
 * show secrets.
 */
final class Settings {

  private final Path file;
  private final Map<?, ?> values;

  Settings(Path file, Map<?, ?> values) {
    this.file = file;
    this.values = values;
  }

  /** Returns a value as text, or null where it is missing or empty. */
  @Nullable String text(String key) {
    Object value = values.get(key);
    String text = value == null ? "" : value.toString();
    return text.isEmpty() ? null : text;
  }

  /** Returns a value that the caller knows to be there. */
  String required(String key) {
    String text = text(key);
    if (text == null) {
      throw new ClusterConfigException(file + ": no " + key);
    }
    return text;
  }

  boolean flag(String key) {
    return Boolean.parseBoolean(text(key));
  }

  /** Returns the object below a key, or null where there is none. */
  @Nullable Settings child(String key) {
    return values.get(key) instanceof Map<?, ?> map ? new Settings(file, map) : null;
  }

  /** Returns the value as it stands in the file, of whatever type. */
  @Nullable Object raw(String key) {
    return values.get(key);
  }

  /** Returns the bytes of {@code key-data}, else of the file that {@code key} names, else null. */
  byte @Nullable [] bytes(String key) throws CredentialsException {
    String data = text(key + "-data");
    if (data != null) {
      try {
        return Base64.getMimeDecoder().decode(data);
      } catch (IllegalArgumentException e) {
        throw new CredentialsException(file + ": " + key + "-data is not base64");
      }
    }
    String path = text(key);
    if (path == null) {
      return null;
    }
    try {
      return Files.readAllBytes(resolve(path));
    } catch (IOException e) {
      throw new CredentialsException(file + ": " + key + " cannot be read: " + e, e);
    }
  }

  /** Returns a path, relative to the kubeconfig as kubectl takes it. */
  Path resolve(String path) {
    return file.resolveSibling(path).normalize();
  }

  @Override
  public String toString() {
    return file + " " + values.keySet();
  }
}
