/**
 * The simulated engine behind the HTTP surface: GPUs, models, timings, queue, counters, tokenizer.
 * Confined to the event loop that it is given; knows nothing of HTTP.
 */
@NullMarked
package dev.shakedown.simulator.engine;

import org.jspecify.annotations.NullMarked;
