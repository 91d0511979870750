/** From collected logs to a cause: the failure signatures and what they match. */
@NullMarked
package dev.shakedown.harness.diagnosis;

import org.jspecify.annotations.NullMarked;
