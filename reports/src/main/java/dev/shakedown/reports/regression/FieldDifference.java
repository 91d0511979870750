package dev.shakedown.reports.regression;

/**
 * Something in which the two groups differ.
 *
 * @param field a key of the fingerprint, a path of the scenario ({@code scenario.engine.args}), or
 *     {@code offered load}
 * @param baseline its value, or its values
 * @param kind what follows from it
 */
public record FieldDifference(String field, String baseline, String candidate, Kind kind) {

    /** What a difference means for the comparison. */
    public enum Kind {
        /** Named as the factor under test. */
        UNDER_TEST,
        /** Forbids the comparison, unless it is named as a factor. */
        FORBIDS,
        /** Forbids the comparison whatever is named. */
        NEVER,
        /** Differs between any two runs; to be known, not to be judged. */
        INCIDENTAL
    }
}
