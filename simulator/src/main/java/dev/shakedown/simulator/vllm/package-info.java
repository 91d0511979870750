/** vLLM's HTTP surface over the simulated engine, and its start with the log that it writes. */
@NullMarked
package dev.shakedown.simulator.vllm;

import org.jspecify.annotations.NullMarked;
