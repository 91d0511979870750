package dev.shakedown.reports.regression;

import java.util.OptionalInt;

/**
 * How many pairs (runs a group) it takes: the fewest whose interval, at the spread and the change
 * seen so far, excludes 0 or lies within ± delta, and with which the rank test can reach its level
 * after the correction. If the change turns out to be another, so does the number.
 */
final class MorePairs {
    /** More are never asked for: then something else is wrong. */
    static final int MOST = 200;

    /** Of a nightly comparison; also what is asked for where nothing repeats yet. */
    static final int USUAL = 6;

    private MorePairs() {}

    /** More than there are; absent beyond {@link #MOST}. */
    static OptionalInt of(ChangeEstimate estimate, double delta, int family) {
        int now = estimate.sample().runs();
        if (now < Gate.FEWEST) {
            return OptionalInt.of(USUAL - now);
        }
        double up = estimate.counted(delta);
        double down = estimate.counted(-delta);
        double centre = estimate.centre();
        boolean beyond = centre > up || centre < down;
        double room = beyond ? Math.abs(centre) : Math.min(up - centre, centre - down);
        for (int n = now + 1; n <= MOST; n++) {
            boolean ranks = !beyond || RankTest.smallest(n) <= Gate.LEVEL / family;
            if (ranks && estimate.halfWidth(n) < room) {
                return OptionalInt.of(n - now);
            }
        }
        return OptionalInt.empty();
    }
}
