/**
 * The reference server for benchmarks of load generators: vLLM's surface with constant times, no
 * engine behind it, and its own truth about what it wrote when.
 */
@NullMarked
package dev.shakedown.simulator.exact;

import org.jspecify.annotations.NullMarked;
