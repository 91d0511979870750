/**
 * JMH benchmarks of what runs once a token or once a request. How to run them is in the module's
 * README; no test depends on their numbers.
 */
@NullMarked
package dev.shakedown.benchmarks;

import org.jspecify.annotations.NullMarked;
