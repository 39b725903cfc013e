package io.slicewise.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.slicewise.discovery.source.ApiStatus;
import io.slicewise.discovery.source.ExchangeEnd;
import io.slicewise.discovery.source.SliceEvent;
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
 * <p>It remembers the texts, labels and hints it has seen lately, within fixed bounds, and hands
 * out the same instances again. Therefore a decoder belongs to one reader thread at a time.
 */
public final class SliceDecoder {

  /** The largest event of a watch, or item of a list, in bytes: that of client-go. */
  static final int LARGEST_EVENT = 16 << 20;

  private static final int TEXT_SLOTS = 4096;

  private final JsonFactory json = newJsonFactory();
  private final TextCache texts = new TextCache(TEXT_SLOTS, UnaryOperator.identity());
  private final ObjectReader object = new ObjectReader(texts);
  private @Nullable String ignoredType;

  /** Creates a decoder that has seen nothing yet. */
  public SliceDecoder() {}

  static JsonFactory newJsonFactory() {
    return JsonFactory.builder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // interned names would outlive us
        .streamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(LARGEST_EVENT).build())
        .build();
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
    try (JsonParser parser = json.createParser(buffer, offset, length)) {
      expectObject(parser);
      for (String field; (field = parser.nextFieldName()) != null; ) {
        parser.nextToken();
        switch (field) {
          case "type" -> {
            String text = texts.text(parser);
            type = text == null ? "" : text;
          }
          case "object" -> object.read(parser);
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new UndecodableException("more than one value in an event");
      }
    } catch (UndecodableException e) {
      throw e;
    } catch (IOException e) {
      throw undecodable(e);
    }
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
      case "DELETED" -> SliceEvent.of(SliceEvent.Type.DELETED, object.slice());
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
    ItemLimit limited = new ItemLimit(in, LARGEST_EVENT);
    try (JsonParser parser = json.createParser(limited)) {
      expectObject(parser);
      for (String field; (field = parser.nextFieldName()) != null; ) {
        parser.nextToken();
        switch (field) {
          case "metadata" -> {
            MetadataReader metadata = object.metadata();
            metadata.read(parser);
            resourceVersion = metadata.resourceVersion();
            continueToken = metadata.continueToken();
          }
          case "items" -> decodeItems(parser, limited, items);
          default -> parser.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw undecodable(e);
    }
    if (resourceVersion.isEmpty()) {
      throw new UndecodableException("list without a resourceVersion");
    }
    return ExchangeEnd.listed(resourceVersion, continueToken);
  }

  private void decodeItems(JsonParser parser, ItemLimit limited, Consumer<SliceEvent> items)
      throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      object.read(parser);
      limited.itemEnded();
      items.accept(SliceEvent.of(SliceEvent.Type.ADDED, object.slice()));
    }
  }

  /**
   * Decodes the body of an error response.
   *
   * @param httpCode the status code of the response, which rules over the body's own
   * @return the status, or null if the bytes are no {@code Status} object
   */
  public @Nullable ApiStatus decodeStatus(byte[] buffer, int offset, int length, int httpCode) {
    try (JsonParser parser = json.createParser(buffer, offset, length)) {
      expectObject(parser);
      object.read(parser);
      return object.kind().equals("Status") ? object.status(httpCode) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static void expectObject(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new UndecodableException(
          first == null ? "nothing where an object should be" : "no object: starts with " + first);
    }
  }

  private static UndecodableException undecodable(IOException e) {
    // Jackson's own message ends in a location; the original one never quotes more than a
    // character.
    String text =
        e instanceof JsonProcessingException jackson ? jackson.getOriginalMessage() : null;
    return new UndecodableException("not JSON as expected: " + (text == null ? e : text), e);
  }
}
