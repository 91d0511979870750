package dev.shakedown.harness.history;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the index holds of one run.
 *
 * @param directory below the runs folder
 * @param parent the run of whose series this is one load
 * @param scenarioHash equal for runs that asked for the same
 * @param startedAt to the millisecond
 * @param gpu as found, else as asked for; may be empty
 * @param figures of the whole run, by name as {@code ttft.p99} and {@code outputTokens/s}; none of
 *     a run that made no load though its scenario has one
 */
public record IndexedRun(
        String id,
        String directory,
        Optional<String> parent,
        String scenario,
        String scenarioHash,
        Instant startedAt,
        Verdict verdict,
        Validity validity,
        State state,
        boolean simulated,
        String gpu,
        Map<String, String> fingerprint,
        Map<String, Figure> figures) {

    public IndexedRun {
        fingerprint = Map.copyOf(fingerprint);
        figures = Map.copyOf(figures);
    }

    /** A number; {@code unit} is ns for latencies and empty where the name says it. */
    public record Figure(String unit, double value) {}

    static IndexedRun of(RunRecord run, String directory, Optional<String> parent) {
        return new IndexedRun(
                run.id(),
                directory,
                parent,
                run.scenarioName(),
                ScenarioHash.of(run.scenario()),
                run.startedAt().truncatedTo(ChronoUnit.MILLIS),
                run.verdict(),
                run.validity(),
                run.state(),
                run.simulated(),
                run.fingerprint().getOrDefault("gpu", run.shape().gpu()),
                run.fingerprint(),
                figures(run));
    }

    /** Whether its numbers say something: an aborted or INVALID run has some, too. */
    public boolean counts() {
        return !broken() && !figures.isEmpty();
    }

    /** Whether it was to have numbers, and has none that could be trusted. */
    boolean broken() {
        return validity == Validity.INVALID || verdict == Verdict.ABORTED;
    }

    /** Whether it is one load of a run that makes several. */
    public boolean isLoad() {
        return parent.isPresent();
    }

    /** Below its sample floor a percentile has no value, and is left out. */
    private static Map<String, Figure> figures(RunRecord run) {
        Map<String, Figure> figures = new TreeMap<>();
        if (stoppedBeforeItsLoad(run)) {
            return figures;
        }
        run.metrics().forEach((name, metric) -> put(figures, name, metric));
        run.rates().forEach((name, value) -> put(figures, name, "", value));
        long all = run.outcomes().values().stream().mapToLong(Long::longValue).sum();
        long completed = run.outcomes().getOrDefault("Completed", 0L);
        put(figures, "errorRatio", "", (all - completed) / (double) all);
        return figures;
    }

    /** As a check, and a night's first start of an engine, whose caches are still cold. */
    private static boolean stoppedBeforeItsLoad(RunRecord run) {
        return run.scenario().containsKey("load")
                && run.outcomes().isEmpty()
                && run.series().isEmpty();
    }

    private static void put(Map<String, Figure> figures, String name, MetricSummary metric) {
        put(figures, name + ".mean", metric.unit(), metric.mean());
        metric.percentiles()
                .forEach(
                        (key, percentile) ->
                                percentile
                                        .value()
                                        .ifPresent(
                                                value ->
                                                        put(
                                                                figures,
                                                                name + "." + key,
                                                                metric.unit(),
                                                                value.doubleValue())));
    }

    private static void put(Map<String, Figure> figures, String name, String unit, double value) {
        if (Double.isFinite(value)) {
            figures.put(name, new Figure(unit, value));
        }
    }
}
