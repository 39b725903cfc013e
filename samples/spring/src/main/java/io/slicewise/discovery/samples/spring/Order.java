package io.slicewise.discovery.samples.spring;

/**
 * An answer.
 *
 * @param id the order's number
 * @param pod who answered
 * @param zone where that was
 */
public record Order(int id, String pod, String zone) {}
