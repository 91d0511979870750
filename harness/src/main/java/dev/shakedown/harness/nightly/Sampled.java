package dev.shakedown.harness.nightly;

import dev.shakedown.harness.run.RunOutcome.Grade;
import dev.shakedown.reports.run.RunRecord;

/** What became of a slot. */
sealed interface Sampled {

    /** It has a run that counts. */
    record Counts(RunRecord run) implements Sampled {}

    /** Its run was INVALID, and so were those in its place. */
    record Invalid(RunRecord run) implements Sampled {}

    /**
     * Its run broke off: the cluster or the engine is not usable, the client cannot make the load,
     * or it was interrupted.
     */
    record Broken(RunRecord run, Grade grade) implements Sampled {
        /** Nothing more is started then. */
        boolean endsNight() {
            return Sampled.saysNothing(grade);
        }
    }

    /** What was interrupted, or hit a bug, says nothing about the cluster; it is made again. */
    static boolean saysNothing(Grade grade) {
        return grade == Grade.INTERRUPTED || grade == Grade.BUG;
    }
}
