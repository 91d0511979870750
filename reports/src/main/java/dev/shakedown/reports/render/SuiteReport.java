package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.MetricResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that a night says; renderers only lay it out.
 *
 * @param directory of the night, as it should be typed
 * @param why the verdict in a sentence
 * @param baseline the arms, in words
 * @param again the command that makes the same night
 * @param notes what else to know, each a sentence
 */
public record SuiteReport(
        String suite,
        String question,
        String directory,
        Instant startedAt,
        SuiteVerdict verdict,
        String why,
        String baseline,
        String candidate,
        List<Part> parts,
        List<String> notes,
        String again) {

    public SuiteReport {
        parts = List.copyOf(parts);
        notes = List.copyOf(notes);
    }

    /** How every output says that this is no real cluster. */
    Optional<SimulatedMark> simulated() {
        return parts.stream()
                .flatMap(part -> part.runs().stream())
                .flatMap(run -> run.simulated().stream())
                .findFirst();
    }

    /** One row a scenario: its verdict, and the metric that moved most. */
    Table overview() {
        Table.Builder table = Table.of("Scenario", "verdict", "what");
        parts.forEach(
                part ->
                        table.row(
                                part.scenario(),
                                part.verdict().sign() + " " + part.verdict(),
                                part.sentence()));
        return table.build();
    }

    /**
     * One scenario.
     *
     * @param comparison of the two arms; absent where it did not come to one
     * @param control metric to its changes between the runs of each A/A pair, on the metric's scale
     * @param canary absent where nobody was asked
     * @param runs all that were made for it, in their order
     */
    public record Part(
            String scenario,
            String question,
            SuiteVerdict verdict,
            String why,
            Optional<RegressionReport> comparison,
            Map<String, List<Double>> control,
            Optional<Canary> canary,
            List<Run> runs,
            List<String> notes) {
        public Part {
            runs = List.copyOf(runs);
            notes = List.copyOf(notes);
        }

        /** What was found; without a comparison, why there is none. */
        public String sentence() {
            boolean compared = verdict.name().equals(judged());
            return compared
                    ? comparison.map(RegressionReport::sentence).orElse(why)
                    : why
                            + (comparison.isPresent()
                                    ? " (the numbers alone: " + judged() + ")"
                                    : "");
        }

        private String judged() {
            return comparison.map(report -> report.result().verdict().name()).orElse("");
        }

        /** The noise of the night: how far two runs of the baseline were apart. */
        Table controlTable() {
            Table.Builder table = Table.of("Metric", "change between two runs of A", "delta");
            Stream<MetricResult> judged =
                    comparison.stream().flatMap(report -> report.result().metrics().stream());
            judged.filter(metric -> control.containsKey(metric.metric().name()))
                    .forEach(
                            metric ->
                                    table.row(
                                            metric.metric().label(),
                                            control
                                                    .getOrDefault(metric.metric().name(), List.of())
                                                    .stream()
                                                    .map(Show::change)
                                                    .collect(Collectors.joining(", ")),
                                            Changes.delta(metric)));
            return table.build();
        }

        Table runsTable() {
            Table.Builder table = Table.of("Start", "run", "verdict", "why it does not count");
            runs.forEach(run -> table.row(run.what(), run.id(), run.verdict(), run.reason()));
            return table.build();
        }
    }

    /**
     * A run of the night.
     *
     * @param what it was made for
     * @param verdict the run's own
     * @param reason why it does not count; empty where it does
     * @param simulated present where no real cluster was measured
     */
    public record Run(
            String what,
            String id,
            String verdict,
            String reason,
            Optional<SimulatedMark> simulated) {}

    /**
     * What both arms said to the same prompts.
     *
     * @param asked how many prompts
     * @param explained answers that differ only from a place on where both words were as good
     * @param unexplained the others that differ
     */
    public record Canary(int asked, int explained, List<Difference> unexplained) {
        public Canary {
            unexplained = List.copyOf(unexplained);
        }

        public boolean differs() {
            return !unexplained.isEmpty();
        }

        /** In a sentence. */
        public String text() {
            String ties =
                    explained == 0
                            ? ""
                            : "; %d differ only where two tokens were as likely"
                                    .formatted(explained);
            return differs()
                    ? "%d of %d greedy answers differ%s".formatted(unexplained.size(), asked, ties)
                    : "%d of %d greedy answers are the same%s"
                            .formatted(asked - explained, asked, ties);
        }
    }

    /**
     * A prompt to which the arms say something else.
     *
     * @param same what both began with
     * @param baseline how the baseline went on
     * @param why it is not a tie
     */
    public record Difference(
            String prompt, String same, String baseline, String candidate, String why) {}
}
