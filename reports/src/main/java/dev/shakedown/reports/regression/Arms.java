package dev.shakedown.reports.regression;

import dev.shakedown.reports.run.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Two groups of runs, in the order in which they ran.
 *
 * @param paired whether the i-th runs belong together
 */
public record Arms(List<RunRecord> baseline, List<RunRecord> candidate, boolean paired) {

    public Arms {
        baseline = List.copyOf(baseline);
        candidate = List.copyOf(candidate);
        if (paired && baseline.size() != candidate.size()) {
            throw new IllegalArgumentException(
                    "pairs of %d and %d runs".formatted(baseline.size(), candidate.size()));
        }
    }

    /** Pairs by order. */
    public static Arms pairs(List<RunRecord> baseline, List<RunRecord> candidate) {
        return new Arms(baseline, candidate, true);
    }

    /**
     * Pairs, where both groups are of one size and each pair started before the next began (ABAB,
     * ABBA); else two groups: runs of another day are no pairs.
     */
    public static Arms of(List<RunRecord> baseline, List<RunRecord> candidate) {
        boolean paired =
                baseline.size() == candidate.size() && oneAfterTheOther(baseline, candidate);
        return new Arms(baseline, candidate, paired);
    }

    /** Runs of the smaller group. */
    public int size() {
        return Math.min(baseline.size(), candidate.size());
    }

    /** All runs, the baseline's first. */
    public List<RunRecord> all() {
        List<RunRecord> all = new ArrayList<>(baseline);
        all.addAll(candidate);
        return all;
    }

    /** The earlier half of each group; the larger one, if they are odd. */
    Arms firstHalf() {
        return new Arms(
                baseline.subList(0, half(baseline)), candidate.subList(0, half(candidate)), paired);
    }

    /** The rest. */
    Arms secondHalf() {
        return new Arms(
                baseline.subList(half(baseline), baseline.size()),
                candidate.subList(half(candidate), candidate.size()),
                paired);
    }

    private static int half(List<RunRecord> runs) {
        return (runs.size() + 1) / 2;
    }

    private static boolean oneAfterTheOther(List<RunRecord> a, List<RunRecord> b) {
        Instant last = Instant.MIN;
        for (int i = 0; i < a.size(); i++) {
            Instant one = a.get(i).startedAt();
            Instant other = b.get(i).startedAt();
            Instant earlier = one.isBefore(other) ? one : other;
            if (!earlier.isAfter(last)) {
                return false;
            }
            last = one.isBefore(other) ? other : one;
        }
        return true;
    }
}
