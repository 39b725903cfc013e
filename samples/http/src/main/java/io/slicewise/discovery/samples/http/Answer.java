package io.slicewise.discovery.samples.http;

/**
 * The answer of a pod.
 *
 * @param status of HTTP
 * @param body as text
 */
record Answer(int status, String body) {

  /** Whether the pod says that it cannot serve: another one may. */
  boolean isUnavailable() {
    return status == 502 || status == 503 || status == 504;
  }
}
