/**
 * Processes that Shakedown starts on this machine, the ledger that survives its death, and the
 * ending of exactly these processes. Knows Linux's {@code /proc}; knows neither Ray nor vLLM.
 */
@NullMarked
package dev.shakedown.harness.cluster.process;

import org.jspecify.annotations.NullMarked;
