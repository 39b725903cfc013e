package io.slicewise.discovery.kubernetes;

import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
import io.slicewise.discovery.source.SliceRequest.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the EndpointSlice API as events: one pass over the bytes, without a tree and without
 * the official client's models.
 *
 * <p>Fields it does not know are skipped, keys may come in any order, and an optional field of the
 * wrong type counts as missing, so that an API server of any later version is understood. Only what
 * a view cannot do without (a name, a version) must be there.
 *
 * <p>It remembers the slices, texts, labels and hints it has seen lately, within fixed bounds, and
 * hands out the same instances again: an endpoint whose bytes are those of the slice's last version
 * is not read at all. Therefore a decoder belongs to one reader thread at a time.
 */
public final class SliceDecoder {

  /** The largest event of a watch, or item of a list, in bytes: that of client-go. */
  static final int LARGEST_EVENT = 16 << 20;

  private static final int TEXT_SLOTS = 1024;

  private final JsonCursor cursor = new JsonCursor();
  private final FieldNames eventFields = new FieldNames("type", "object");
  private final FieldNames listFields = new FieldNames("metadata", "items");
  private final TextCache texts = new TextCache(TEXT_SLOTS, UnaryOperator.identity());
  private final ObjectReader object;
  private @Nullable String ignoredType;

  /** Creates a decoder of whole slices that has seen nothing yet. */
  public SliceDecoder() {
    this(Content.SLICES);
  }

  /**
   * Creates a decoder that has seen nothing yet.
   *
   * @param content for {@link Content#METADATA} it takes {@code PartialObjectMetadata} as well as
   *     slices, and reads neither endpoints nor ports
   */
  public SliceDecoder(Content content) {
    this.object = new ObjectReader(texts, content);
  }

  /**
   * Decodes one event of a watch.
   *
   * @return the event, or null if its type is unknown: see {@link #ignoredType()}
   * @throws UndecodableException if the bytes are no such event
   */
  public @Nullable SliceEvent decodeEvent(byte[] buffer, int offset, int length)
      throws UndecodableException {
    String type = "";
    object.clear();
    cursor.reset(buffer, offset, length);
    expectObject();
    while (cursor.nextField()) {
      switch (cursor.field(eventFields)) {
        case "type" -> {
          String text = cursor.string(texts);
          type = text == null ? "" : text;
        }
        case "object" -> object.read(cursor);
        default -> cursor.skipValue();
      }
    }
    cursor.expectEnd();
    return event(type);
  }

  /** The type of the event that the last {@link #decodeEvent} ignored, or null if it did not. */
  public @Nullable String ignoredType() {
    return ignoredType;
  }

  private @Nullable SliceEvent event(String type) throws UndecodableException {
    ignoredType = null;
    return switch (type) {
      case "ADDED" -> SliceEvent.of(SliceEvent.Type.ADDED, object.slice());
      case "MODIFIED" -> SliceEvent.of(SliceEvent.Type.MODIFIED, object.slice());
      case "DELETED" -> {
        object.forget();
        yield SliceEvent.of(SliceEvent.Type.DELETED, object.slice());
      }
      case "BOOKMARK" -> bookmark(object.metadata());
      case "ERROR" -> SliceEvent.error(object.status(0));
      case "" -> throw new UndecodableException("event without a type");
      default -> {
        ignoredType = type;
        yield null;
      }
    };
  }

  private static SliceEvent bookmark(MetadataReader metadata) throws UndecodableException {
    if (metadata.resourceVersion().isEmpty()) {
      throw new UndecodableException("bookmark without a resourceVersion");
    }
    return SliceEvent.bookmark(metadata.resourceVersion(), metadata.initialEventsEnd());
  }

  /**
   * Decodes one page of a list, item by item as the bytes arrive.
   *
   * @param items takes each slice, as an {@link SliceEvent.Type#ADDED} event
   * @return the end that says at which version the list was taken and where its next page starts
   * @throws UndecodableException if the bytes are no such list; what came before has been delivered
   * @throws IOException if reading fails
   */
  public ExchangeEnd decodeList(InputStream in, Consumer<SliceEvent> items) throws IOException {
    String resourceVersion = "";
    String continueToken = null;
    JsonStream list = new JsonStream(in, LARGEST_EVENT);
    list.expect('{');
    for (boolean first = true; list.peek() != '}'; first = false) {
      if (!first) {
        list.expect(',');
      }
      list.next(cursor);
      if (!cursor.readText()) {
        throw new UndecodableException("not JSON as expected: a field without a name");
      }
      String field = cursor.field(listFields);
      list.expect(':');
      if (field.equals("items") && list.peek() == '[') {
        decodeItems(list, items);
        continue;
      }
      list.next(cursor);
      if (field.equals("metadata")) {
        MetadataReader metadata = object.metadata();
        metadata.read(cursor);
        resourceVersion = metadata.resourceVersion();
        continueToken = metadata.continueToken();
      } else {
        cursor.skipValue();
      }
      cursor.expectEnd();
    }
    if (resourceVersion.isEmpty()) {
      throw new UndecodableException("list without a resourceVersion");
    }
    return ExchangeEnd.listed(resourceVersion, continueToken);
  }

  private void decodeItems(JsonStream list, Consumer<SliceEvent> items) throws IOException {
    list.expect('[');
    for (boolean first = true; list.peek() != ']'; first = false) {
      if (!first) {
        list.expect(',');
      }
      list.next(cursor);
      object.read(cursor);
      cursor.expectEnd();
      items.accept(SliceEvent.of(SliceEvent.Type.ADDED, object.slice()));
    }
    list.expect(']');
  }

  /**
   * Decodes the body of an error response.
   *
   * @param httpCode the status code of the response, which rules over the body's own
   * @return the status, or null if the bytes are no {@code Status} object
   */
  public @Nullable ApiStatus decodeStatus(byte[] buffer, int offset, int length, int httpCode) {
    try {
      cursor.reset(buffer, offset, length);
      object.read(cursor);
      cursor.expectEnd();
      return object.kind().equals("Status") ? object.status(httpCode) : null;
    } catch (UndecodableException e) {
      return null;
    }
  }

  private void expectObject() throws UndecodableException {
    if (cursor.peek() != '{') {
      throw new UndecodableException("not JSON as expected: no object");
    }
    cursor.enterObject();
  }
}
