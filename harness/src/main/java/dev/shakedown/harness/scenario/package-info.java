/**
 * The scenario file: records that hold its laws, and the loader that names every problem with its
 * place. Starts nothing and asks no cluster.
 */
@NullMarked
package dev.shakedown.harness.scenario;

import org.jspecify.annotations.NullMarked;
