package dev.shakedown.harness.nightly;

import java.util.List;

/**
 * How many pairs it takes to see a change, and what change so many can show.
 *
 * <p>n = ((z + z') s / δ)² + 2 with z + z' = 2.8 for a two-sided test at 5 % with a power of 80 %;
 * s is the standard deviation of a pair's relative change, √2 times that of a run. The 2 more pairs
 * are what a rank test costs on so few values (facts, statistics A.4); fewer than 5 decide nothing.
 */
record Power(double spread, int seen) {
    static final int FEWEST = 5;

    /** More are never asked for: then something else is wrong. */
    static final int MOST = 999;

    private static final double BOTH = 2.8;
    private static final int RANKS = 2;

    /** From A/A changes, whose mean is known to be zero. */
    static Power of(List<Double> changes) {
        double squares = changes.stream().mapToDouble(change -> change * change).sum();
        return new Power(
                changes.isEmpty() ? 0 : Math.sqrt(squares / changes.size()), changes.size());
    }

    /** Pairs that show a change of this size in four nights of five. */
    long pairs(double change) {
        double ratio = BOTH * spread / change;
        return (long) Math.clamp(Math.ceil(ratio * ratio) + RANKS, FEWEST, MOST);
    }

    /** The change that so many pairs show in four nights of five; infinite for too few. */
    double change(long pairs) {
        return pairs < FEWEST
                ? Double.POSITIVE_INFINITY
                : BOTH * spread / Math.sqrt(pairs - (double) RANKS);
    }
}
