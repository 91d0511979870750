package dev.shakedown.reports.run;

import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * The loads of a run that makes several, in the order in which they were made.
 *
 * @param capacity present where it was searched
 */
public record SeriesSummary(List<Load> loads, Optional<Capacity> capacity) {
    public SeriesSummary {
        loads = List.copyOf(loads);
    }

    /** What they came to, in one line. */
    public String text() {
        return capacity.map(found -> found.text(criterion()))
                .orElseGet(
                        () ->
                                "%d of %d loads %s"
                                        .formatted(
                                                loads.stream().filter(Load::met).count(),
                                                loads.size(),
                                                criterion().many()));
    }

    private Capacity.Criterion criterion() {
        boolean limited = loads.stream().anyMatch(load -> !load.limits().isEmpty());
        return limited ? Capacity.Criterion.LIMITS : Capacity.Criterion.PACE;
    }

    /**
     * One of them; its own directory holds all about it.
     *
     * @param directory relative to the run's
     * @param asked as {@code 12.5/s} or {@code 64 users}
     * @param amount requests/s, or users
     * @param completed requests/s in the steady window; 0 if there is no such figure
     * @param outputTokens of them, a second
     */
    public record Load(
            String directory,
            String asked,
            double amount,
            double completed,
            double outputTokens,
            Verdict verdict,
            State state,
            List<LimitResult> limits,
            List<Reason> reasons) {
        public Load {
            limits = List.copyOf(limits);
            reasons = List.copyOf(reasons);
        }

        /** Whether all limits were kept by a server that kept up. */
        public boolean met() {
            return verdict == Verdict.PASSED && state == State.STEADY;
        }
    }
}
