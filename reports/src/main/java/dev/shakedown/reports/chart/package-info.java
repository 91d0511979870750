/**
 * Draws charts as SVG; the only importer of JFreeChart. Takes numbers that are already computed.
 */
@NullMarked
package dev.shakedown.reports.chart;

import org.jspecify.annotations.NullMarked;
