/**
 * What fuzzing starts from and has found, run again with all other tests. The targets stand beside
 * the code they test; {@code docs/fuzzing.md} says how to fuzz them.
 */
package io.slicewise.discovery.fuzz;
