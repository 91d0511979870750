package dev.shakedown.reports.regression;

/**
 * The smallest change that anybody should act on. A change counts only beyond both, so that a
 * millisecond on a fast engine pages nobody.
 *
 * @param relative as a share of the baseline, 0.03 for 3 %
 * @param absolute in the metric's unit; 0 where the share alone counts
 */
public record Threshold(double relative, double absolute) {

    /** Both as a share of this baseline: the larger of the two. */
    double of(double baseline) {
        return baseline > 0 ? Math.max(relative, absolute / baseline) : relative;
    }
}
