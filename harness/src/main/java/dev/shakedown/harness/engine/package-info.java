/**
 * vLLM as a process: its command line, what its log says, when it is ready, and what the log proves
 * about ranks and nodes.
 */
@NullMarked
package dev.shakedown.harness.engine;

import org.jspecify.annotations.NullMarked;
