/**
 * What goes wrong between an API server and a caller, end to end: the SDK over real sockets, what
 * the server was asked in order, and what a caller saw that picks all the time. {@code
 * docs/faults.md} lists every case with its test.
 *
 * <p>The SDK's time and the server's stand still until a test moves them, so that a wait of minutes
 * takes none and nothing depends on how fast the machine is. Sockets live in real time.
 */
@NullMarked
package io.slicewise.discovery.fault;

import org.jspecify.annotations.NullMarked;
