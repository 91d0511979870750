/**
 * A suite's night: which engine is started when, what has been measured when it is interrupted, and
 * what the pairs come to. Runs are made by {@code harness.run}, judged by {@code reports}.
 */
@NullMarked
package dev.shakedown.harness.nightly;

import org.jspecify.annotations.NullMarked;
