package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Comparison.Entry;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What to know before believing the differences of a comparison. */
final class Caveats {

    private Caveats() {}

    static List<Reason> of(List<Entry> entries) {
        List<Reason> caveats = new ArrayList<>();
        kinds(entries).ifPresent(caveats::add);
        clocks(entries).ifPresent(caveats::add);
        entries.forEach(entry -> state(entry).ifPresent(caveats::add));
        differs(entries, "DIFFERENT_MODEL", "model", run -> run.shape().model())
                .ifPresent(caveats::add);
        differs(entries, "DIFFERENT_GPU", "GPU", run -> run.shape().gpu()).ifPresent(caveats::add);
        load(entries).ifPresent(caveats::add);
        entries.forEach(entry -> floor(entry).ifPresent(caveats::add));
        repeats(entries).ifPresent(caveats::add);
        return caveats;
    }

    private static Optional<Reason> kinds(List<Entry> entries) {
        long simulated = entries.stream().filter(entry -> entry.run().simulated()).count();
        if (simulated == 0) {
            return Optional.empty();
        }
        return Optional.of(
                simulated == entries.size()
                        ? new Reason(
                                "SIMULATED", "All runs were simulated; the numbers are a model's.")
                        : new Reason(
                                "SIMULATED_AND_REAL",
                                "Some runs were simulated and some were real; no difference is"
                                        + " shown between the two kinds."));
    }

    private static Optional<Reason> clocks(List<Entry> entries) {
        long virtual = entries.stream().filter(entry -> entry.run().virtual()).count();
        if (virtual == 0) {
            return Optional.empty();
        }
        return Optional.of(
                virtual == entries.size()
                        ? new Reason(
                                "VIRTUAL_CLOCK",
                                "All runs were simulated on a virtual clock: no client, no network,"
                                        + " no noise; the same seed gives the same numbers.")
                        : new Reason(
                                "DIFFERENT_CLOCKS",
                                "Some runs were simulated on a virtual clock, without network and"
                                        + " client, and some in real time; no difference is shown"
                                        + " between the two kinds."));
    }

    private static Optional<Reason> state(Entry entry) {
        RunRecord run = entry.run();
        if (run.verdict() == Verdict.ABORTED || run.verdict() == Verdict.INVALID) {
            String why =
                    run.reasons().stream().map(Reason::text).findFirst().orElse("no reason given");
            return Optional.of(new Reason(run.verdict().name(), entry.label() + ": " + why));
        }
        return run.state() == State.SATURATED
                ? Optional.of(
                        new Reason(
                                "SATURATED",
                                entry.label()
                                        + " did not keep up with the load: its latencies grow with"
                                        + " the length of the run and say nothing lasting."))
                : Optional.empty();
    }

    private static Optional<Reason> differs(
            List<Entry> entries, String code, String what, Function<RunRecord, String> read) {
        Set<String> values = new LinkedHashSet<>();
        entries.forEach(entry -> values.add(read.apply(entry.run())));
        return values.size() < 2
                ? Optional.empty()
                : Optional.of(
                        new Reason(
                                code,
                                "The runs differ in their "
                                        + what
                                        + ": "
                                        + String.join(", ", values)));
    }

    /** Names the parts of the load that are not the same in all runs. */
    private static Optional<Reason> load(List<Entry> entries) {
        Map<?, ?> first = loadOf(entries.getFirst());
        Set<String> different = new TreeSet<>();
        for (Entry entry : entries) {
            Map<?, ?> other = loadOf(entry);
            Set<Object> keys = new LinkedHashSet<>(first.keySet());
            keys.addAll(other.keySet());
            keys.stream()
                    .filter(
                            key ->
                                    !Optional.ofNullable(first.get(key))
                                            .equals(Optional.ofNullable(other.get(key))))
                    .forEach(key -> different.add(String.valueOf(key)));
        }
        return different.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Reason(
                                "DIFFERENT_LOAD",
                                "The runs differ in their load: " + String.join(", ", different)));
    }

    static Map<?, ?> loadOf(Entry entry) {
        return entry.run().scenario().get("load") instanceof Map<?, ?> load ? load : Map.of();
    }

    private static Optional<Reason> floor(Entry entry) {
        String below =
                entry.run().metrics().entrySet().stream()
                        .filter(
                                metric ->
                                        metric.getKey().equals("ttft.intended")
                                                || metric.getKey().equals("tpot"))
                        .filter(metric -> lacks(metric.getValue()))
                        .map(metric -> metric.getKey() + " has " + metric.getValue().count())
                        .collect(Collectors.joining(", "));
        return below.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Reason(
                                "P99_BELOW_FLOOR",
                                "%s: too few requests for a p99 (%s)"
                                        .formatted(entry.label(), below)));
    }

    private static boolean lacks(MetricSummary metric) {
        return Optional.ofNullable(metric.percentiles().get("p99"))
                .filter(p99 -> p99.value().isEmpty())
                .map(PercentileValue::needs)
                .isPresent();
    }

    private static Optional<Reason> repeats(List<Entry> entries) {
        long names = entries.stream().map(entry -> entry.run().scenarioName()).distinct().count();
        return names < entries.size()
                ? Optional.empty()
                : Optional.of(
                        new Reason(
                                "SINGLE_RUNS",
                                "Each scenario ran once. The differences describe these runs; whether"
                                        + " they come again takes repeats."));
    }
}
