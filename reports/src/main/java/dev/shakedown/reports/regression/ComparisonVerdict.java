package dev.shakedown.reports.regression;

/** What a comparison says, of one metric and of all (design section 5). */
public enum ComparisonVerdict {
    /** Worse by more than delta, and so again on fresh data. */
    REGRESSED,
    /** Better by more than delta. */
    IMPROVED,
    /** The change lies inside ± delta with 95 % confidence. */
    EQUIVALENT,
    /** These runs do not decide it. */
    INCONCLUSIVE,
    /** The runs differ in more than what is under test. */
    NOT_COMPARABLE
}
