package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunRecord;
import java.util.List;

/**
 * How every output says that its numbers are a model's.
 *
 * @param name in one or two words
 * @param absent what had no part in it
 */
public record SimulatedMark(String name, String absent) {
    private static final SimulatedMark IN_REAL_TIME =
            new SimulatedMark("SIMULATED", "no GPU was involved");
    private static final SimulatedMark VIRTUAL =
            new SimulatedMark(
                    "SIMULATED on a virtual clock",
                    "no GPU, no network and no client were involved");

    /** Of a run of a simulated cluster. */
    public static SimulatedMark of(RunRecord run) {
        return run.virtual() ? VIRTUAL : IN_REAL_TIME;
    }

    /** Of several runs, what is true of all of them. */
    static SimulatedMark of(List<Comparison.Entry> entries) {
        return entries.stream().allMatch(entry -> entry.run().virtual()) ? VIRTUAL : IN_REAL_TIME;
    }
}
