package io.slicewise.discovery.benchmarks;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.openapi.models.V1Endpoints;
import io.kubernetes.client.util.Watch;
import java.lang.reflect.Type;
import okhttp3.ResponseBody;

/**
 * The official client's watch over a body in memory: its own way from bytes to models.
 *
 * @param <T> what is watched
 */
final class OfficialWatch<T> extends Watch<T> {

  static final Kind<V1EndpointSlice> SLICES =
      new Kind<>(
          V1EndpointSlice.class, new TypeToken<Watch.Response<V1EndpointSlice>>() {}.getType());
  static final Kind<V1Endpoints> ENDPOINTS =
      new Kind<>(V1Endpoints.class, new TypeToken<Watch.Response<V1Endpoints>>() {}.getType());

  /**
   * A type of object.
   *
   * @param type its class
   * @param response the type of an event with one
   */
  record Kind<T>(Class<T> type, Type response) {}

  @SuppressWarnings("NullAway") // no call: the body is here already
  private OfficialWatch(ResponseBody body, JSON json, Type response) {
    super(json, body, response, null);
  }

  /** Returns the slice of an event. */
  static V1EndpointSlice decode(byte[] event, JSON json) {
    return decode(event, json, SLICES);
  }

  /** Returns the object of an event. */
  static <T> T decode(byte[] event, JSON json, Kind<T> kind) {
    ResponseBody body = ResponseBody.create(event, null);
    return new OfficialWatch<T>(body, json, kind.response()).next().object;
  }
}
