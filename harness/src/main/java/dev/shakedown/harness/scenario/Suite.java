package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A night's work: scenarios that two arms run in turns, the baseline A and the candidate B.
 *
 * @param name part of a file name
 * @param compared one a scenario, in the file's order
 * @param pairs of one start of each arm, a scenario
 * @param control pairs of the baseline with itself, a scenario
 * @param confirm whether a suspected regression is measured once more on fresh pairs
 * @param canary whether both arms are asked the same prompts, and their answers held together
 * @param deltas by metric, what changes nobody cares about; of the others the gate's own hold
 * @param factors what of a run's fingerprint may differ between the arms besides what they set
 */
public record Suite(
        String name,
        String question,
        Arm baseline,
        Arm candidate,
        List<Compared> compared,
        int pairs,
        int control,
        Seeds seeds,
        boolean confirm,
        boolean canary,
        Map<String, Delta> deltas,
        List<String> factors,
        Path source) {

    public Suite {
        compared = List.copyOf(compared);
        deltas = Map.copyOf(deltas);
        factors = List.copyOf(factors);
    }

    /**
     * One of the two.
     *
     * @param sets path to value as written, what it changes in each scenario
     */
    public record Arm(String name, Map<String, String> sets) {
        public Arm {
            sets = Map.copyOf(sets);
        }
    }

    /** One scenario as each arm runs it. */
    public record Compared(Scenario baseline, Scenario candidate) {
        public String name() {
            return baseline.name();
        }
    }

    /**
     * A change that is too small to matter: it must be beyond both.
     *
     * @param relative share of the baseline
     * @param absolute for latencies only
     */
    public record Delta(double relative, Optional<Duration> absolute) {}

    /** What load each sample gets. */
    public enum Seeds {
        /** The scenario's own, always: all that varies is the system. */
        FIXED,
        /** Another draw for each pair, the same for both of its samples. */
        PER_PAIR,
        /** Another draw for each sample: what varies is the load, too. */
        PER_SAMPLE
    }

    /** The same with scenarios that were placed on the hosts of an allocation. */
    public Suite placed(UnaryOperator<Scenario> place) {
        return new Suite(
                name,
                question,
                baseline,
                candidate,
                compared.stream()
                        .map(
                                one ->
                                        new Compared(
                                                place.apply(one.baseline()),
                                                place.apply(one.candidate())))
                        .toList(),
                pairs,
                control,
                seeds,
                confirm,
                canary,
                deltas,
                factors,
                source);
    }
}
