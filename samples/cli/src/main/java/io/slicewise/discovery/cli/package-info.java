/**
 * The command line: {@code watch} and {@code explain} show what discovery sees of a cluster, {@code
 * demo} shows what it does in one that it plays itself.
 *
 * <p>Start with {@link io.slicewise.discovery.cli.Slicewise}. It uses discovery as any application
 * does, through its public classes alone.
 */
@NullMarked
package io.slicewise.discovery.cli;

import org.jspecify.annotations.NullMarked;
