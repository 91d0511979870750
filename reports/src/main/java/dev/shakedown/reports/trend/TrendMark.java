package dev.shakedown.reports.trend;

/**
 * What else happened between two runs.
 *
 * @param run index of the run after it
 */
public record TrendMark(int run, Kind kind, String text) {

    /** The kinds of event. */
    public enum Kind {
        /** For much longer than usual there was no run. */
        GAP,
        /** The runs before and after differ in what they ran on. */
        FINGERPRINT
    }
}
