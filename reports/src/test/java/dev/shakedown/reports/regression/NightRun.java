package dev.shakedown.reports.regression;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Shape;
import dev.shakedown.reports.run.RunRecord.State;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** One run of a night: a TPOT, and all else always the same. */
record NightRun(
        int minute, double tpotMs, Validity validity, long seed, Map<String, String> versions) {

    static NightRun at(int minute, double tpotMs) {
        return new NightRun(minute, tpotMs, Validity.VALID, 42, Map.of());
    }

    /** Baseline runs at even minutes. */
    static List<RunRecord> baseline(List<Double> tpotMs) {
        return series(0, tpotMs);
    }

    /** Candidate runs between them. */
    static List<RunRecord> candidate(List<Double> tpotMs) {
        return series(1, tpotMs);
    }

    NightRun invalid() {
        return new NightRun(minute, tpotMs, Validity.INVALID, seed, versions);
    }

    NightRun seeded(long other) {
        return new NightRun(minute, tpotMs, validity, other, versions);
    }

    NightRun on(String what, String version) {
        Map<String, String> all = new TreeMap<>(versions);
        all.put(what, version);
        return new NightRun(minute, tpotMs, validity, seed, all);
    }

    RunRecord record() {
        boolean valid = validity == Validity.VALID;
        Map<String, String> fingerprint = new TreeMap<>(Map.of("vllm", "0.32.0", "nccl", "2.27.3"));
        fingerprint.putAll(versions);
        return new RunRecord(
                1,
                "run-%03d".formatted(minute),
                Map.of(
                        "name",
                        "night-" + minute,
                        "engine",
                        Map.of("tensorParallel", 8),
                        "load",
                        Map.of(
                                "arrivals",
                                Map.of("poisson", "5/s"),
                                "prompts",
                                Map.of("seed", seed))),
                "night",
                "",
                true,
                Instant.parse("2026-11-28T02:00:00Z").plusSeconds(60L * minute),
                new Shape(1, 8, 8, 1, 1, "model", "gpu"),
                List.of(),
                List.of(),
                fingerprint,
                1_000,
                Map.of("Completed", 1_000L),
                Map.of("tpot", tpot()),
                Map.of("requests/s", 5.0, "offered.requests/s", 5.0),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                validity,
                State.STEADY,
                valid ? List.of() : List.of(new Reason("clientCpu", "the client was too busy")),
                valid ? Verdict.PASSED : Verdict.INVALID,
                Map.of());
    }

    private MetricSummary tpot() {
        PercentileValue median =
                new PercentileValue(
                        Optional.of((long) (tpotMs * 1e6)),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        Optional.empty());
        return new MetricSummary("ns", 1_000, tpotMs * 1e6, 1, 2, Map.of("p50", median));
    }

    private static List<RunRecord> series(int offset, List<Double> tpotMs) {
        List<RunRecord> runs = new ArrayList<>();
        for (int i = 0; i < tpotMs.size(); i++) {
            runs.add(at(2 * i + offset, tpotMs.get(i)).record());
        }
        return runs;
    }
}
