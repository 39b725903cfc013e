package io.slicewise.discovery.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that fails once more bytes than allowed have passed since the last item: the bound on
 * what one item of a list may cost, where the list as a whole has none.
 */
final class ItemLimit extends FilterInputStream {

  private final long limit;
  private long sinceItem;

  ItemLimit(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  /** An item is over; the next one may be as large again. */
  void itemEnded() {
    sinceItem = 0;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      count(1);
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    if (read > 0) {
      count(read);
    }
    return read;
  }

  private void count(int bytes) throws UndecodableException {
    sinceItem += bytes;
    if (sinceItem > limit) {
      throw new UndecodableException(
          "list item of more than " + sinceItem + " bytes (expected: <= " + limit + ")");
    }
  }
}
