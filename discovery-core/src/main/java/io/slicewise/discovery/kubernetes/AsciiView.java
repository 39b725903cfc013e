package io.slicewise.discovery.kubernetes;

/** Bytes as characters, for parsers of the JDK; each byte is one character. */
record AsciiView(byte[] buffer, int start, int end) implements CharSequence {

  @Override
  public int length() {
    return end - start;
  }

  @Override
  public char charAt(int index) {
    return (char) (buffer[start + index] & 255);
  }

  @Override
  public CharSequence subSequence(int from, int to) {
    return new AsciiView(buffer, start + from, start + to);
  }

  @Override
  public String toString() {
    return new String(buffer, start, end - start, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
