/**
 * The provider {@code local}: Ray nodes and vLLM as processes on this machine, the Python
 * environment they need, and the network namespace that lets several Ray nodes share one machine.
 */
@NullMarked
package dev.shakedown.harness.cluster.local;

import org.jspecify.annotations.NullMarked;
