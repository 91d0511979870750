package dev.shakedown.reports.regression;

import java.util.OptionalDouble;

/**
 * Where the level of a series changed, between the change points beside it.
 *
 * @param index of the first value of the new level
 * @param before mean of the values since the change point before, in the series' unit
 * @param after mean of the values until the next change point
 * @param pScore of Student's t test over both stretches. The place was chosen to make it small, so
 *     it is a score and no false-positive rate
 */
public record ChangePoint(int index, double before, double after, double pScore) {

    /** Relative change from left to right; absent where the old level was zero. */
    public OptionalDouble change() {
        return before == 0 ? OptionalDouble.empty() : OptionalDouble.of(after / before - 1);
    }

    /**
     * The larger of the relative changes seen from either side, so that ×2 weighs as much as ÷2.
     */
    double magnitude() {
        return Math.max(relative(before, after), relative(after, before));
    }

    private static double relative(double from, double to) {
        return from == 0 ? 0 : Math.abs(to / from - 1);
    }
}
