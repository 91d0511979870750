/** The commands. Results on stdout, progress on stderr; the only place that exits or prints. */
@NullMarked
package dev.shakedown.harness.cli;

import org.jspecify.annotations.NullMarked;
