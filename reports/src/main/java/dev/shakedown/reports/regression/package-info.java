/**
 * Did it get slower? Two groups of runs in, a verdict for each primary metric out. The run is the
 * unit: requests of one run are not independent. Knows run records and histograms; draws nothing.
 */
@NullMarked
package dev.shakedown.reports.regression;

import org.jspecify.annotations.NullMarked;
