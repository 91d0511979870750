/**
 * What is measured and how it is written down: metrics, outcomes, request records, histograms, the
 * client's own health. Writes {@code histograms.hlog}, {@code requests.csv.gz} and {@code
 * timeseries.csv.gz} of a run directory; judges nothing.
 */
@NullMarked
package dev.shakedown.workloads.measure;

import org.jspecify.annotations.NullMarked;
