/** A scenario's numbers over its runs: levels, where they changed, and what changed with them. */
@NullMarked
package dev.shakedown.reports.trend;

import org.jspecify.annotations.NullMarked;
