/**
 * From the files of a run to what a report says: curves, series, comparisons, the view by vLLM's
 * own rules. Computes; lays nothing out.
 */
@NullMarked
package dev.shakedown.reports.view;

import org.jspecify.annotations.NullMarked;
