package dev.shakedown.reports.run;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One run as {@code run.json} holds it (design section 3). Times are nanoseconds since {@code
 * startedAt}.
 *
 * @param scenario the resolved scenario as plain JSON-like values, secrets left out
 * @param simulated whether the cluster was simulated; such a run never compares with a real one
 * @param fingerprint name to value: code, versions, driver, CUDA, NCCL, GPU serials, node ids,
 *     image, kernel
 * @param offered requests of the drawn schedule in the measured phase
 * @param outcomes outcome name to count, measured phase
 * @param metrics metric key (as {@code ttft.intended}) to its summary
 * @param rates name (as {@code outputTokens/s}, {@code requests/s}, {@code wall.outputTokens/s}) to
 *     value
 * @param series present where the run made several loads, each in a directory of its own
 * @param floor what the client adds to latencies by itself; absent where that was not measured
 * @param gpus what was seen of the GPUs under load; absent where there was no load
 * @param shape what ran: nodes, GPUs and the parallel layout, for tables and per-GPU figures
 */
public record RunRecord(
        int schemaVersion,
        String id,
        Map<String, Object> scenario,
        String scenarioName,
        String question,
        boolean simulated,
        Instant startedAt,
        Shape shape,
        List<PhaseSpan> phases,
        List<StepSpan> steps,
        Map<String, String> fingerprint,
        long offered,
        Map<String, Long> outcomes,
        Map<String, MetricSummary> metrics,
        Map<String, Double> rates,
        Optional<SmokeSummary> smoke,
        Optional<FabricSummary> fabric,
        Optional<SeriesSummary> series,
        Optional<FloorSummary> floor,
        Optional<GpuSummary> gpus,
        List<LimitResult> limits,
        Validity validity,
        State state,
        List<Reason> reasons,
        Verdict verdict,
        Map<String, String> equivalents) {

    /** Version of {@code run.json} that this code writes. */
    public static final int SCHEMA_VERSION = 1;

    public RunRecord {
        phases = List.copyOf(phases);
        steps = List.copyOf(steps);
        limits = List.copyOf(limits);
        reasons = List.copyOf(reasons);
    }

    /** Whether its load was simulated on a virtual clock, with no client and no network in it. */
    public boolean virtual() {
        return "virtual".equals(fingerprint.get("clock"));
    }

    /** {@code model} and {@code gpu} are empty strings where there is none to name. */
    public record Shape(
            int nodes,
            int gpusPerNode,
            int tensorParallel,
            int pipelineParallel,
            int dataParallel,
            String model,
            String gpu) {
        /** GPUs that the engine uses; without an engine, all of them. */
        public int engineGpus() {
            int used = tensorParallel * pipelineParallel * dataParallel;
            return used == 0 ? nodes * gpusPerNode : used;
        }
    }

    /** A phase of the load: {@code warmup}, {@code measure} or {@code drain}. */
    public record PhaseSpan(String name, long startNs, long endNs) {}

    /** A step of the run: {@code event} is {@code succeeded}, {@code failed} or {@code skipped}. */
    public record StepSpan(String step, String event, String detail, long startNs, long endNs) {}

    /**
     * One latency metric, values in {@code unit} (ns).
     *
     * @param percentiles key ({@code p50} … {@code p99.9}) to value or, below its sample floor, to
     *     the samples it needs
     */
    public record MetricSummary(
            String unit,
            long count,
            double mean,
            long min,
            long max,
            Map<String, PercentileValue> percentiles) {}

    /**
     * Exactly one of the first two is present: the value, or how many samples it would need.
     *
     * @param effective how many independent samples it rests on; absent in older runs
     * @param interval where the true value lies with 95 % confidence, of a value that is there
     */
    public record PercentileValue(
            Optional<Long> value,
            OptionalInt needs,
            OptionalLong effective,
            Optional<Interval> interval) {}

    /** Both ends included; an absent one means that the samples do not tell. */
    public record Interval(OptionalLong low, OptionalLong high) {}

    /** What the Monte-Carlo-Pi job showed. */
    public record SmokeSummary(
            double pi, long samples, String outcome, List<SmokeGpu> gpus, List<String> findings) {}

    /** One GPU of the smoke job; {@code gbPerSecond} is absent where nothing could be measured. */
    public record SmokeGpu(
            String node,
            String gpu,
            String uuid,
            long samples,
            double seconds,
            Optional<Double> gbPerSecond) {}

    /**
     * {@code limit} and {@code measured} as the reader should see them, units included; {@code met}
     * absent: not judged.
     */
    public record LimitResult(String name, String limit, String measured, Optional<Boolean> met) {}

    /**
     * Why a run is INVALID, SATURATED, FAILED or informational: {@code code} is stable, {@code
     * text} is for people.
     */
    public record Reason(String code, String text) {}

    /** INVALID: the measurement itself was at fault. */
    public enum Validity {
        VALID,
        INVALID
    }

    /** SATURATED: the server did not keep up with what was offered. */
    public enum State {
        STEADY,
        SATURATED
    }

    /** The run's verdict; precedence ABORTED, INVALID, FAILED, PASSED. */
    public enum Verdict {
        PASSED,
        FAILED,
        INVALID,
        ABORTED
    }
}
