/**
 * A vLLM engine and a Ray cluster without GPUs, behind the HTTP surfaces of the real ones.
 * Everything it prints or serves is marked as simulated. Knows nothing of scenarios or of the
 * harness.
 */
@NullMarked
package dev.shakedown.simulator;

import org.jspecify.annotations.NullMarked;
