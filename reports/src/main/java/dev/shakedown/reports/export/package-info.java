/** A run in the formats of other tools, for dashboards and scripts that are there already. */
@NullMarked
package dev.shakedown.reports.export;

import org.jspecify.annotations.NullMarked;
