package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.ComparisonVerdict;
import java.util.Collection;
import java.util.Comparator;

/** What a night says of a scenario, and of all; the worst first, and that is the night's. */
public enum SuiteVerdict {
    /** A run broke off: the cluster or an engine is not usable. */
    ABORTED("✗"),
    /** The candidate answers something else than the baseline. */
    FAILED("✗"),
    REGRESSED("✗"),
    NOT_COMPARABLE("!"),
    INCONCLUSIVE("!"),
    IMPROVED("✓"),
    EQUIVALENT("✓");

    private final String sign;

    SuiteVerdict(String sign) {
        this.sign = sign;
    }

    /** A mark that says the same without colour. */
    public String sign() {
        return sign;
    }

    /** The same of a comparison. */
    public static SuiteVerdict of(ComparisonVerdict verdict) {
        return switch (verdict) {
            case REGRESSED -> REGRESSED;
            case IMPROVED -> IMPROVED;
            case EQUIVALENT -> EQUIVALENT;
            case INCONCLUSIVE -> INCONCLUSIVE;
            case NOT_COMPARABLE -> NOT_COMPARABLE;
        };
    }

    /** Of several, the worst; of none INCONCLUSIVE. */
    public static SuiteVerdict worst(Collection<SuiteVerdict> several) {
        return several.stream().min(Comparator.naturalOrder()).orElse(INCONCLUSIVE);
    }
}
