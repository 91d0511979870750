/**
 * What Shakedown's jobs on Ray have in common: Python programs that travel with this build, and the
 * JSON lines that they print. What a job proves is its own package's part.
 */
@NullMarked
package dev.shakedown.workloads.job;

import org.jspecify.annotations.NullMarked;
