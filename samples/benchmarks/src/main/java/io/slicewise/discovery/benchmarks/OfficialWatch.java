package io.slicewise.discovery.benchmarks;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1EndpointSlice;
import io.kubernetes.client.util.Watch;
import java.lang.reflect.Type;
import okhttp3.ResponseBody;

/** The official client's watch over a body in memory: its own way from bytes to models. */
final class OfficialWatch extends Watch<V1EndpointSlice> {

  private static final Type TYPE = new TypeToken<Watch.Response<V1EndpointSlice>>() {}.getType();

  @SuppressWarnings("NullAway") // no call: the body is here already
  private OfficialWatch(ResponseBody body, JSON json) {
    super(json, body, TYPE, null);
  }

  /** Returns the object of an event. */
  static V1EndpointSlice decode(byte[] event, JSON json) {
    ResponseBody body = ResponseBody.create(event, null);
    return new OfficialWatch(body, json).next().object;
  }
}
