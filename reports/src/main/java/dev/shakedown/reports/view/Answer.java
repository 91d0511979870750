package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Comparison;
import dev.shakedown.reports.render.Comparison.Entry;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.util.Comparator;
import java.util.List;

/**
 * Which run's shape to take. Only runs that kept their limits and kept up, under the same model and
 * load, are candidates; among them the most output tokens per second and GPU wins, because that is
 * what a shape costs. Within 3 %, single runs cannot tell two apart.
 */
final class Answer {
    private Answer() {}

    static String of(List<Entry> entries) {
        RunRecord first = entries.getFirst().run();
        if (entries.stream().anyMatch(e -> e.run().simulated() != first.simulated())) {
            return "These runs cannot be compared: some are simulated, some are real.";
        }
        if (entries.stream().anyMatch(e -> e.run().virtual() != first.virtual())) {
            return "These runs cannot be compared: some were simulated on a virtual clock, without"
                    + " network and client, some in real time.";
        }
        List<Entry> passed =
                entries.stream().filter(e -> e.run().verdict() == Verdict.PASSED).toList();
        if (passed.isEmpty()) {
            return "None of the " + entries.size() + " runs passed, so none can be recommended.";
        }
        // What grows while it is looked at has no level to take.
        List<Entry> kept = passed.stream().filter(e -> e.run().state() == State.STEADY).toList();
        if (kept.isEmpty()) {
            return "%d of %d runs passed, but none kept up with the load (SATURATED), so none can be recommended."
                    .formatted(passed.size(), entries.size());
        }
        if (!sameWork(kept)) {
            return kept.size()
                    + " of "
                    + entries.size()
                    + " runs passed, but they did not do the same work (model or load differ), so"
                    + " none is better than another.";
        }
        return kept.stream().noneMatch(e -> judged(e.run()))
                ? noLimits(kept)
                : best(kept, entries.size());
    }

    private static String best(List<Entry> kept, int all) {
        List<Entry> ranked =
                kept.stream()
                        .sorted(Comparator.comparingDouble((Entry e) -> perGpu(e.run())).reversed())
                        .toList();
        Entry best = ranked.getFirst();
        String figure = Show.number(perGpu(best.run())) + " output tokens/s per GPU";
        if (ranked.size() == 1) {
            return "Take %s: it alone of %d runs kept its limits and kept up with the load (%s)."
                    .formatted(best.label(), all, figure);
        }
        Entry next = ranked.get(1);
        double lead = perGpu(best.run()) / perGpu(next.run()) - 1;
        if (!(lead > Comparison.CLOSE)) {
            return ("%s and %s both kept their limits and are within 3 %% in output tokens/s per GPU:"
                            + " take either, or repeat the runs to tell them apart.")
                    .formatted(best.label(), next.label());
        }
        return "Take %s: of the %d runs that kept their limits and up with the load it yields most per GPU, %s (%s over %s)."
                .formatted(best.label(), kept.size(), figure, Show.change(lead), next.label());
    }

    private static String noLimits(List<Entry> kept) {
        Entry best =
                kept.stream().max(Comparator.comparingDouble(e -> perGpu(e.run()))).orElseThrow();
        return "No limits were set, so nothing says what is good enough; most output tokens/s per GPU: "
                + best.label()
                + " ("
                + Show.number(perGpu(best.run()))
                + ").";
    }

    private static boolean sameWork(List<Entry> entries) {
        Entry first = entries.getFirst();
        return entries.stream()
                .allMatch(
                        e ->
                                e.run().shape().model().equals(first.run().shape().model())
                                        && Caveats.loadOf(e).equals(Caveats.loadOf(first)));
    }

    private static boolean judged(RunRecord run) {
        return run.limits().stream().anyMatch(limit -> limit.met().isPresent());
    }

    private static double perGpu(RunRecord run) {
        return run.rates().getOrDefault("outputTokens/s", 0.0)
                / Math.max(1, run.shape().engineGpus());
    }
}
